"""`sviedka restore` killed, or interrupted, once `sviedka.toml` lies there: nobody goes on in the folder but the restore itself."""

import shutil
import subprocess
import sys

import pytest
from office_kit import REFUTED, UNAVAILABLE, done, lose, restore, sviedka

from sviedka.core.seal.checkpoint import parse_checkpoint
from sviedka.vault.layout import Archive

CUT = """
import os, signal, sys
import sviedka.store.upkeep.settling as settling
def cut(*_a, **_k):
    if {how!r} == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    raise KeyboardInterrupt
setattr(settling, {where!r}, cut)
from sviedka.cli.main import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture
def size(office):
    """Of the newest head, which lies in `head` alone: the copies are older."""
    for name, to in (("copies", "older"), ("keys", "older-keys")):
        shutil.copytree(office / name, office / to)
    done("seal", "two", "--case", "c", cwd=office)
    done("log", "checkpoint", cwd=office)
    head = next((office / "a" / "logs").glob("*/checkpoint")).read_bytes()
    (office / "head").write_bytes(head)
    lose(office)
    return parse_checkpoint(head).size


@pytest.mark.parametrize(
    ("how", "where"), [("kill", "remember_heads"), ("interrupt", "remember_heads"), ("kill", "settle")]
)
def test_cut_before_it_is_settled_it_goes_on_with_the_heads_that_were_given(office, size, how, where):
    words = ["--payloads", "older", "--keys", "older-keys", "--passphrase-file", "pass", "--head", "head"]
    script = CUT.format(how=how, where=where)
    command = [sys.executable, "-c", script, "restore", "again", *words]
    assert subprocess.run(command, cwd=office, capture_output=True, check=False).returncode != 0
    assert Archive(root=office / "again").config.is_file(), "the control: it lies there already"
    refused = sviedka("unlock", "--passphrase-file", "pass", "--json", cwd=office, archive="again")
    assert (refused.returncode, "unavailable.restore-cut" in refused.stdout) == (UNAVAILABLE, True)
    told = restore(office, "--head", "head", payloads="older", keys="older-keys", status=REFUTED)
    assert [one["known"] for one in told["closed"]] == [size]
    done("unlock", "--passphrase-file", "pass", cwd=office, archive="again")
    assert sviedka("log", "checkpoint", cwd=office, archive="again").returncode != 0, "no second history"
