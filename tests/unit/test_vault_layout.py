# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where things lie, and that no name from outside leads out of the folder."""

import os
from datetime import UTC

import pytest

from sviedka.core.base.errors import Malformed
from sviedka.core.base.ids import parse_id
from sviedka.vault import clock
from sviedka.vault.clock import ClockWord, now, read_clock_trust
from sviedka.vault.entropy import new_id, random_bytes
from sviedka.vault.layout import Archive, ArchiveNotFound, NameRefused, find_archive, is_epoch_name, parse_epoch_name

ID = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def archive(tmp_path):
    return Archive(root=tmp_path)


def test_paths_are_those_of_the_spec(archive):
    relative = {
        "objects/ab/" + "ab" * 32: archive.payload(b"\xab" * 32),
        "objects/cd/" + "cd" * 32: archive.payload("cd" * 32),
        f"slips/2026-11.1/01/{ID}": archive.slip("2026-11.1", ID),
        f"cells/2026-11.1/01/{ID}": archive.cell("2026-11.1", ID),
        f"cells/seats/01/{ID}/2-5": archive.seat_cell(ID, 2, 5),
        "packs/minsk-1/000000000042.age": archive.pack("minsk-1", 42),
        "packs/minsk-1/SHA256SUMS": archive.pack_sums("minsk-1"),
        "logs/minsk-1/checkpoint": archive.checkpoint("minsk-1"),
        "logs/minsk-1/checkpoints/7": archive.frozen_checkpoint("minsk-1", 7),
        "logs/minsk-1/cosigned/7": archive.cosigned_checkpoint("minsk-1", 7),
        "stamps/minsk-1/7/tsa.example.chain.pem": archive.stamp("minsk-1", 7, "tsa.example", "chain.pem"),
        "keys/epochs/2026-11.1.age": archive.epoch_key("2026-11.1"),
        f"keys/users/{ID}.json": archive.user_key(ID),
        "keys/vault.json": archive.vault_key,
        "keys/desk.age": archive.desk_keys,
        "keys/keylist": archive.keylist,
        "keys/keylists/3": archive.keylist_numbered(3),
        "keys/authorities/tsa.example.pem": archive.authority_root("tsa.example"),
        "database/projections.db": archive.database,
        "run/keeper.sock": archive.socket,
        "run/keeper.pid": archive.pid_file,
        "run/admission.lock": archive.lock_file("admission"),
        "run/tmp": archive.temporary,
        "sviedka.toml": archive.config,
    }
    assert {name: archive.root / name for name in relative} == relative


@pytest.mark.parametrize("name", ["..", "../x", "/etc", "a/b", "", ".", "A" * 32, ID + "\n", ID[:-1] + "/", "x\0y"])
def test_no_name_leads_out_of_the_folder(archive, name):
    for path in (
        lambda: archive.payload(name),
        lambda: archive.slip("2026-11.1", name),
        lambda: archive.slip(name, ID),
        lambda: archive.cell(name, ID),
        lambda: archive.seat_cell(name, 1, 2),
        lambda: archive.pack(name, 0),
        lambda: archive.log(name),
        lambda: archive.epoch_key(name),
        lambda: archive.user_key(name),
        lambda: archive.authority_root(name),
        lambda: archive.stamp("minsk-1", 1, name, "tsr"),
        lambda: archive.lock_file(name),
    ):
        with pytest.raises(Malformed):
            path()


@pytest.mark.parametrize(("low", "high"), [(0, 1), (1, 1), (2, 1), (1, 6)])
def test_a_pair_of_seats_is_two_different_places(archive, low, high):
    with pytest.raises(NameRefused):
        archive.seat_cell(ID, low, high)


def test_a_pack_has_at_most_twelve_digits(archive):
    for index in (-1, 10**12):
        with pytest.raises(NameRefused):
            archive.pack("minsk-1", index)


@pytest.mark.parametrize("name", ["2026-11.1", "2026-01.12", "1999-12.9999"])
def test_epochs_are_named_by_month_and_number(name):
    assert name == parse_epoch_name(name)
    assert is_epoch_name(name)


@pytest.mark.parametrize(
    "name", ["2026-11", "2026-13.1", "2026-00.1", "2026-11.0", "2026-11.01", "26-11.1", "2026-11.1 "]
)
def test_other_names_are_no_epochs(name):
    assert not is_epoch_name(name)
    with pytest.raises(NameRefused):
        parse_epoch_name(name)


def test_the_archive_is_found_by_name_then_environment_then_upwards(tmp_path, monkeypatch):
    named, set_, above = (tmp_path / name for name in ("named", "set", "above"))
    for folder in (named, set_, above):
        folder.mkdir()
        (folder / "sviedka.toml").touch()
    inside = above / "a" / "b"
    inside.mkdir(parents=True)
    monkeypatch.chdir(inside)
    monkeypatch.setenv("SVIEDKA_ARCHIVE", str(set_))
    assert named == find_archive(named).root
    assert set_ == find_archive().root
    assert above == find_archive(environment={}).root
    for start in (inside, tmp_path / "nowhere"):
        with pytest.raises(ArchiveNotFound) as failure:
            find_archive(start)
        assert failure.value.exit_status == 50
    os.chdir(tmp_path)
    with pytest.raises(ArchiveNotFound):
        find_archive(environment={"SVIEDKA_ARCHIVE": ""})


def test_randomness_is_fresh_and_identifiers_are_identifiers():
    assert len(random_bytes(32)) == 32
    assert random_bytes(16) != random_bytes(16)
    made = {new_id() for _ in range(100)}
    assert len(made) == 100
    assert made == {parse_id(each) for each in made}


def test_the_clock_is_aware_in_utc_and_whole_seconds():
    moment = now()
    assert moment.tzinfo == UTC
    assert moment.microsecond == 0


def test_the_clock_s_trust_is_what_the_kernel_says(monkeypatch):
    trust = read_clock_trust()
    assert trust.word in ClockWord
    assert (trust.error_bound_us is None) == (trust.word is not ClockWord.SYNCHRONISED)
    monkeypatch.setattr(clock.sys, "platform", "darwin")
    assert ClockWord.UNKNOWN is read_clock_trust().word
