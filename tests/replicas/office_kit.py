# SPDX-License-Identifier: AGPL-3.0-or-later
"""An office with two copies elsewhere that can be lost and restored, as a person does it."""

import json
import shutil

from copies_kit import register
from vault_kit import files

from ready_command import run_command
from sviedka.vault.layout import Archive

HOLDS, REFUTED, MALFORMED, WITHHELD, UNAVAILABLE = 0, 10, 30, 40, 50


def sviedka(*words, cwd, archive="a"):
    where = () if words[0] in {"init", "restore"} else ("--archive", archive)
    return run_command(*words, *where, cwd=cwd)


def done(*words, cwd, archive="a"):
    result = sviedka(*words, "--json", cwd=cwd, archive=archive)
    assert result.returncode == HOLDS, (words, result.stdout, result.stderr)
    return json.loads(result.stdout)


def restore(office, *more, folder="again", payloads="copies", keys="keys", status=HOLDS, opened_by="pass"):
    words = ("restore", folder, "--payloads", payloads, "--keys", keys, "--passphrase-file", opened_by)
    result = sviedka(*words, *more, "--json", cwd=office)
    assert result.returncode == status, (result.stdout, result.stderr)
    return json.loads(result.stdout)


def keep_copies(folder):
    for name in ("copies", "keys"):
        (folder / name).mkdir(exist_ok=True)
    register(Archive(root=folder / "a"), ("copies", "payloads", folder / "copies"), ("keys", "keys", folder / "keys"))


def found(folder, name):
    words = ("init", name, "--name", "t.example", "--key-cost", "demonstration", "--passphrase-file", "pass")
    assert sviedka(*words, cwd=folder).returncode == 0
    done("unlock", "--passphrase-file", "pass", cwd=folder, archive=name)


def lose(office):
    """The office burns down."""
    sviedka("lock", cwd=office)
    shutil.rmtree(office / "a")


def items(office, archive):
    return [path.name for path in files(Archive(root=office / archive).slips) if path.parent.name == path.name[:2]]


def open_item(office, item, *, archive, status=HOLDS):
    words = ("open", item, "-o", "out", "--purpose", "test")
    (office / "out").unlink(missing_ok=True)
    assert sviedka(*words, cwd=office, archive=archive).returncode == status
    return (office / "out").read_bytes() if status == HOLDS else None
