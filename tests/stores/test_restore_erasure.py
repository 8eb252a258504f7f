# SPDX-License-Identifier: AGPL-3.0-or-later
"""Restored with a place of keys from before an erasure: the log says what was erased, and it goes first."""

import shutil
from dataclasses import replace

from erase_kit import HouseKeeper, Office

from sviedka.vault.slips import find_slip, was_taken_back


def test_what_the_log_says_was_erased_is_gone_before_anybody_can_open_it(tmp_path, monkeypatch):
    from sviedka.store.connect import disconnect
    from sviedka.store.upkeep.settling import remember_heads, settle
    from sviedka.vault.replica.registry import read_replicas
    from sviedka.vault.replica.restoring import restore_files
    from sviedka.vault.replica.running import replicate

    office = Office(tmp_path / "office")
    for name, holds in (("copies", "payloads"), ("keys", "keys")):
        (tmp_path / name).mkdir()
        with office.archive.config.open("a") as file:
            file.write(f'\n[[replicas]]\nname = "{name}"\nholds = "{holds}"\nurl = "{tmp_path / name}"\n')
    assert all(one.failure is None for one in replicate(office.archive))
    shutil.copytree(tmp_path / "keys", tmp_path / "older")
    (cell,) = office.subject().told
    office.make_ready()
    office.carry_out(monkeypatch)
    assert all(one.failure is None for one in replicate(office.archive))
    payloads, keys = read_replicas(office.archive)
    disconnect()
    shutil.rmtree(office.archive.root)
    older = replace(keys, folder=str(tmp_path / "older"))
    restored = restore_files(tmp_path / "again", payloads=[payloads], keys=[older])
    assert restored.taken_back == 0
    assert find_slip(restored.archive, office.given), "the control: the older place of keys brings it back"
    remember_heads(restored.archive, ())
    founded = replace(office.house.founded, archive=restored.archive)
    keeper = HouseKeeper(replace(office.house, founded=founded))
    settled = settle(restored.archive, keeper)
    disconnect()
    assert settled.purged >= 2
    assert was_taken_back(restored.archive, office.given)
    assert cell not in keeper.keyring.cells
