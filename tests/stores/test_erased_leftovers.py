# SPDX-License-Identifier: AGPL-3.0-or-later
"""After erasure and rotation nothing usable is left: not in the folder, the database, its log, nor in the free blocks of the disk.

The disk is an ext4 file system in an image that is hunted through whole, with the vault's and the recovery's key. Each protection has a
control in which it is taken away and the hunt finds what it must. What flash keeps below its controller is not seen here (THREAT-MODEL).
"""

import os
import shutil
import sys
from pathlib import Path

import pytest
from cut_kit import cut
from leftover_hunt import Hunt
from leftover_wanted import OPENS, Wanted

from sviedka.core.seal.age_keys import X25519Identity
from sviedka.keeper.share_text import parse_share
from sviedka.keeper.shares import join_shares

sys.path.append(str(Path(__file__).parents[1] / "faults"))

pytestmark = [pytest.mark.root, pytest.mark.timeout(600)]


@pytest.fixture
def disk(tmp_path):
    from loop_disk import loop_disk

    with loop_disk(tmp_path, "ext4", size_mib=96) as made:
        yield made


@pytest.fixture
def office(disk, monkeypatch):
    """What Beta gave was sealed once before, and cut between slip and pack."""
    from erase_kit import GIVEN, Office

    from sviedka.store.connect import disconnect

    office = Office(disk.mountpoint)
    path = office.folder / "twice.txt"
    path.write_bytes(GIVEN * 2)
    office.cut = cut(monkeypatch, office.archive, office.keeper, path, handed_over_by={"person": office.beta})
    path.unlink()
    yield office
    disconnect()


def hunt_through(disk, office):
    shares = [
        parse_share((office.house.founded.offline_dir / f"shares/recovery-{number}.txt").read_text())
        for number in (1, 3, 5)
    ]
    vault = X25519Identity.from_bytes(bytearray(office.keeper.keyring.vault.secret_bytes()))
    os.sync()
    copy = disk.image.with_suffix(".copy")
    shutil.copy(disk.image, copy)
    try:
        return Hunt(copy, vault, X25519Identity.from_bytes(join_shares(shares)))
    finally:
        copy.unlink()


def test_after_erasure_and_rotation_no_key_and_no_text_is_found_on_the_disk(disk, office, monkeypatch):
    """Controls in the same run: before it all is found, and after erasing without rotation the key still is."""
    wanted = Wanted(office)
    assert wanted.items == {office.given, *office.cut}
    (office.folder / "given.txt").unlink()  # the office's own copy outside the archive is not ours to erase
    assert wanted.found_by(hunt_through(disk, office)) == {"file key", "cell key", "text", OPENS}
    office.make_ready()
    office.carry_out(monkeypatch)
    assert wanted.found_by(hunt_through(disk, office)) >= {OPENS}
    office.rotate()
    assert wanted.found_by(hunt_through(disk, office)) == set()
    for path in office.archive.root.rglob("*"):
        data = path.read_bytes() if path.is_file() else b""
        assert not any(one in data for one in (*wanted.file_keys, wanted.cell_key, *wanted.texts)), path


def test_control_an_epoch_key_that_is_only_unlinked_opens_what_was_erased(disk, office, monkeypatch):
    """The old key's block lingers, and the passphrase opens it: that is why it is overwritten."""
    from sviedka.vault import epoch_removal

    wanted, seen = Wanted(office), []

    def only_unlink(path):
        if path.exists():
            path.unlink()
            seen.append(wanted.found_by(hunt_through(disk, office)))

    office.make_ready()
    office.carry_out(monkeypatch)
    monkeypatch.setattr(epoch_removal, "destroy_file", only_unlink)
    office.rotate()
    assert OPENS in seen[0]


def test_control_a_database_whose_salt_stays_is_read_in_free_blocks(disk, office, monkeypatch):
    """Removed, not destroyed: old pages linger and open. That is why the salt goes with it."""
    from sviedka.store import cleaning

    wanted, seen = Wanted(office), []

    def only_unlink(archive):
        for path in archive.database.parent.glob("projections*"):
            path.unlink()
        seen.append(wanted.found_by(hunt_through(disk, office)))

    office.make_ready()
    monkeypatch.setattr(cleaning, "destroy_database", only_unlink)
    office.carry_out(monkeypatch)
    assert "text" in seen[0]
