# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whoever takes packs away, with the database, does not get an archive that looks whole."""

import os
import shutil
import zipfile

import pytest

from ready_command import run_command


class Desk:
    """One archive and its command line."""

    def __init__(self, folder):
        self.folder = folder
        self.archive = folder / "archive"
        (folder / "passphrase").write_text("lost packs\n")

    def run(self, *words, expect=0):
        done = run_command(*words, cwd=self.folder, env=os.environ | {"SVIEDKA_ARCHIVE": str(self.archive)})
        assert done.returncode == expect, (words, done.stdout, done.stderr)
        assert "Traceback" not in done.stderr
        return done.stdout + done.stderr


@pytest.fixture
def desk(tmp_path):
    desk = Desk(tmp_path)
    desk.run("init", "archive", "--key-cost", "demonstration", "--passphrase-file", "passphrase")
    desk.run("unlock", "--passphrase-file", "passphrase")
    for name in ("one", "two"):
        (tmp_path / name).write_text(name)
        desk.run("seal", name, "--case", "lost")
        desk.run("log", "checkpoint")
    yield desk
    desk.run("lock")


def packs_of(desk):
    return sorted((desk.archive / "packs" / "office-1").glob("*.age"))


@pytest.mark.parametrize("how_many", ["the newest", "all"])
def test_packs_that_went_with_the_database_are_missed(desk, how_many):
    desk.run("status")
    desk.run("lock")
    sums = desk.archive / "packs" / "office-1" / "SHA256SUMS"
    gone = packs_of(desk)[-1:] if how_many == "the newest" else packs_of(desk)
    kept = [line for line in sums.read_text().splitlines(keepends=True) if not any(one.name in line for one in gone)]
    for pack in gone:
        pack.unlink()
    sums.write_text("".join(kept))
    shutil.rmtree(desk.archive / "database")
    desk.run("unlock", "--passphrase-file", "passphrase")
    for command in (["status"], ["check", "--full"], ["seal", "one", "--case", "lost"], ["log", "checkpoint"]):
        assert "refuted" in desk.run(*command, expect=10)


def test_a_list_of_packs_that_was_cut_is_not_filled_up_again(desk):
    desk.run("lock")
    sums = desk.archive / "packs" / "office-1" / "SHA256SUMS"
    lines = sums.read_text().splitlines(keepends=True)
    assert len(lines) > 1
    sums.write_text("".join(lines[:-1]))
    desk.run("unlock", "--passphrase-file", "passphrase")
    desk.run("status")  # the control: one line short is what a kill leaves
    assert sums.read_text() == "".join(lines)
    desk.run("lock")
    sums.write_text("")
    desk.run("unlock", "--passphrase-file", "passphrase")
    assert "refuted" in desk.run("seal", "two", "--case", "lost", expect=10)
    assert sums.read_text() == ""


def test_a_large_zip_is_sealed_and_unpacked(desk):
    with zipfile.ZipFile(desk.folder / "large.zip", "w") as container:
        for number in range(6):
            container.writestr(f"folder/{number}.bin", os.urandom(1_000_000))
    assert "7 " in desk.run("seal", "large.zip", "--case", "lost")


def test_a_payload_or_slip_that_is_gone_is_found_by_a_full_check(desk):
    desk.run("check", "--full")  # the control: nothing is gone yet
    for folder in ("objects", "slips"):
        kept = desk.folder / f"kept-{folder}"
        shutil.copytree(desk.archive / folder, kept, symlinks=True)
        shutil.rmtree(desk.archive / folder)
        assert "refuted" in desk.run("check", "--full", expect=10)
        shutil.rmtree(desk.archive / folder, ignore_errors=True)
        shutil.copytree(kept, desk.archive / folder, symlinks=True)
    one = next(path for path in desk.archive.glob("objects/??/*"))
    one.unlink()
    assert one.name in desk.run("check", "--full", expect=10)
    desk.run("lock")
    assert "NOT CHECKED" in desk.run("check", "--full"), "locked, nobody can say what there has to be, and that is said"


def test_an_archive_without_its_key_list_does_not_pass(desk):
    (desk.archive / "keys" / "keylist").unlink()
    assert "refuted" in desk.run("check", "--full", expect=10)
