# SPDX-License-Identifier: AGPL-3.0-or-later
"""Random edits of an archive's files: every one is found, nothing edited is accepted, and nothing ends in a traceback."""

import random
import shutil

import pytest

KEY_EDITS = 200


def edit(path, chance):
    """Flip a bit, cut, lengthen, or swap two bytes; return what was done."""
    content = bytearray(path.read_bytes())
    kind = chance.choice(["flip", "cut", "lengthen", "overwrite"])
    at = chance.randrange(len(content))
    if kind == "flip":
        content[at] ^= 1 << chance.randrange(8)
    elif kind == "cut":
        del content[at:]
    elif kind == "lengthen":
        content.insert(at, chance.randrange(256))
    else:
        content[at : at + 4] = bytes((byte + 1) % 256 for byte in content[at : at + 4])
    path.chmod(0o600)
    path.write_bytes(content)
    return f"{kind} at {at}"


def with_one_edit(path, chance, look):
    """Edit `path`, look, and put it back as it was; return (what was done, what `look` found)."""
    before, mode = path.read_bytes(), path.stat().st_mode
    try:
        return edit(path, chance), look()
    finally:
        path.chmod(0o600)
        path.write_bytes(before)
        path.chmod(mode)


@pytest.fixture
def filled(archive, tmp_path):
    """An archive with some of everything: files of several sizes, statements, a signed head."""
    from fault_archive import seal_one

    from sviedka.keeper.client import Keeper
    from sviedka.store.checkpointing import make_checkpoint

    for size in (0, 1, 4_000, 70_000):
        seal_one(archive, tmp_path, size=size)
        with Keeper.connect(archive) as keeper:
            make_checkpoint(archive, keeper)
    return archive


def edit_the_vault(filled, edits):
    """Edit what is sealed and stated, so many times; return what was done, in words."""
    from sviedka.vault.scrub import check

    chance = random.Random(20200809)
    folders = (filled.objects, filled.slips, filled.cells, filled.packs, filled.root / "logs")
    files = sorted(path for folder in folders for path in folder.rglob("*") if path.is_file() and path.stat().st_size)
    assert not check(filled, full=True).findings, "the control: an unedited archive has no finding"
    for _ in range(edits):
        path = chance.choice(files)
        done, result = with_one_edit(path, chance, lambda: check(filled, full=True))
        name = str(path.relative_to(filled.root))
        assert result.findings, f"{done} in {name} was not found"
        assert result.exit_status in {10, 20, 30}, (done, name, result.findings)
    return f"{edits} random edits of {len(files)} files in the vault, all found"


@pytest.mark.timeout(600)
def test_100_random_edits_of_what_is_sealed_and_stated_are_all_found(filled, record_property):
    record_property("counted", edit_the_vault(filled, 100))


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_1000_random_edits_of_what_is_sealed_and_stated_are_all_found(filled, record_property):
    record_property("counted", edit_the_vault(filled, 1_000))


@pytest.mark.timeout(300)
def test_random_edits_of_keys_never_unlock_and_never_crash(filled, tmp_path, record_property):
    from fault_archive import PASSPHRASE

    from sviedka.core.base.errors import Failure
    from sviedka.keeper.login import open_keyring
    from sviedka.vault.clock import now

    def open_it():
        try:
            open_keyring(filled, bytearray(PASSPHRASE), clock=now).facts()
        except Failure as failure:
            return failure
        return None

    chance = random.Random(20200810)
    # Heads are read when they are needed; the copy for recovery opens with shares only, and `check` compares it.
    others = {filled.vault_recovery, *(filled.keys / "heads").iterdir()}
    files = sorted(path for path in filled.keys.rglob("*") if path.is_file() and path not in others)
    assert open_it() is None, "the control: unedited keys open"
    accepted = []
    for _ in range(KEY_EDITS):
        path = chance.choice(files)
        done, failure = with_one_edit(path, chance, open_it)
        if failure is None:
            accepted.append(f"{done} in {path.relative_to(filled.root)}")
    assert not accepted
    record_property("counted", f"{KEY_EDITS} random edits of {len(files)} key files, none opened")


def test_a_foreign_file_in_the_vault_is_reported(filled):
    from sviedka.vault.scrub import check

    stranger = filled.objects / "ab" / ("ab" * 32)
    stranger.parent.mkdir(exist_ok=True)
    shutil.copy(filled.config, stranger)
    assert [finding.verdict for finding in check(filled, full=True)] == ["refuted"]
