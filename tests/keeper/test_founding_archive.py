# SPDX-License-Identifier: AGPL-3.0-or-later
"""A new archive: whole, openable from its offline part, and never founded over anything."""

import contextlib
import itertools
import os
import stat
import tomllib
from contextlib import suppress

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from keeper_desk import PASSPHRASE, found

from sviedka.core.base.errors import Failure, Malformed, Unavailable
from sviedka.core.seal.age_keys import X25519Identity
from sviedka.core.seal.keylist import parse_keylist, verify_keylist
from sviedka.core.seal.note import parse_vkey
from sviedka.keeper.config import parse_config
from sviedka.keeper.errors import ArchiveThere, ConfigMalformed, FolderNotEmpty, KeysDisagree, WrongPassphrase
from sviedka.keeper.founding_place import MARKER, FoundingPlace
from sviedka.keeper.login import open_keyring
from sviedka.keeper.share_text import parse_share
from sviedka.keeper.shares import SharesMalformed, join_shares, split_secret
from sviedka.keeper.unlocking import lock, unlock
from sviedka.keeper.wrapping import parse_wrapped, unwrap_secret
from sviedka.vault.clock import now


def tree_of(folder):
    """Return every file under a folder with its bytes."""
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def shares_of(founded, kind):
    return [parse_share((founded.offline_dir / f"shares/{kind}-{number}.txt").read_text()) for number in range(1, 6)]


def test_the_passphrase_opens_what_was_founded(founded):
    keyring = open_keyring(founded.archive, bytearray(PASSPHRASE), clock=now)
    assert (keyring.actor, keyring.config.origin) == (founded.actor, founded.origin)
    assert len(keyring.cells[founded.archive_cell]) == 32
    assert keyring.heads.last().size == 0


def test_the_configuration_says_what_the_design_says(founded):
    table = tomllib.loads(founded.archive.config.read_text())
    assert table == {
        "archive": "archive.example",
        "desk": "minsk-1",
        "archive_cell": founded.archive_cell,
        "erase_after_days": 14,
        "lock_after_minutes": 10,
        "openings_per_hour": 200,
        "assertions_per_hour": 200,
        "identities_per_day": 5,
    }


def test_the_first_key_list_is_the_roots(founded):
    keylist = parse_keylist(founded.archive.keylist.read_bytes())
    verify_keylist(keylist, parse_vkey(founded.root))
    assert keylist.number == 1
    assert keylist.log_key(founded.origin).name == founded.origin
    assert keylist.user_key(founded.actor).name == f"archive.example/user/{founded.actor}"


def test_the_root_is_not_in_the_archives_folder(founded):
    root = unwrap_secret(parse_wrapped((founded.offline_dir / "root.json").read_bytes()), bytearray(PASSPHRASE))
    public = Ed25519PrivateKey.from_private_bytes(root).public_key().public_bytes_raw()
    assert public == parse_vkey(founded.root).public
    for content in tree_of(founded.archive.root).values():
        assert bytes(root) not in content


@pytest.mark.parametrize("kind", ["root", "recovery"])
def test_any_three_shares_of_the_five_restore_the_key_and_any_two_do_not(founded, kind):
    shares = shares_of(founded, kind)
    assert len(set(shares)) == 5
    for three in itertools.combinations(shares, 3):
        secret = join_shares(three)
        if kind == "root":
            public = Ed25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()
            assert public == parse_vkey(founded.root).public
        else:
            assert X25519Identity.from_bytes(secret).recipient().text == founded.recovery
    for two in itertools.combinations(shares, 2):
        with pytest.raises(SharesMalformed):
            join_shares(two)


def test_shares_of_two_keys_do_not_mix_and_a_wrong_word_is_found(founded):
    root, recovery = shares_of(founded, "root"), shares_of(founded, "recovery")
    wrong = root[0].replace(root[0].split()[7], "academic" if root[0].split()[7] != "academic" else "acid", 1)
    for shares in ([root[0], root[1], recovery[2]], [wrong, root[1], root[2]], [root[0]] * 3, [], ["word"] * 3, root):
        with pytest.raises(SharesMalformed):
            join_shares(shares)


@given(st.lists(st.text(max_size=60), max_size=5))
def test_any_words_are_refused_as_shares_by_name(shares):
    with pytest.raises(SharesMalformed):
        join_shares(shares)


@given(st.text(max_size=200))
def test_any_file_is_read_as_a_share_or_refused_by_name(text):
    with contextlib.suppress(SharesMalformed):
        assert parse_share(text)


def test_shares_differ_each_time():
    secret = bytearray(os.urandom(32))
    assert split_secret(secret) != split_secret(secret)


def test_nobody_else_can_read_what_was_founded(founded):
    for top in (founded.archive.root, founded.offline_dir):
        assert stat.S_IMODE(top.stat().st_mode) == 0o700
    for name in ("vault.json", "desk.age"):
        assert stat.S_IMODE((founded.archive.keys / name).stat().st_mode) == 0o400


def test_no_marker_and_no_temporary_stays(founded):
    for top in (founded.archive.root, founded.offline_dir):
        assert not (top / MARKER).exists()
        assert not [path for path in top.rglob("*") if path.name.startswith(".new-")]


@pytest.mark.parametrize("where", ["archive", "archive.offline"])
def test_a_folder_with_something_in_it_is_left_alone(tmp_path, where):
    folder = tmp_path / where
    folder.mkdir()
    (folder / "thesis.txt").write_text("years of work")
    with pytest.raises(FolderNotEmpty) as caught:
        found(tmp_path / "archive")
    assert caught.value.exit_status == 50
    assert (folder / "thesis.txt").read_text() == "years of work"
    assert not (tmp_path / "archive" / "sviedka.toml").exists()


def test_empty_folders_will_do_and_are_closed_to_others(tmp_path):
    for name in ("archive", "archive.offline"):
        (tmp_path / name).mkdir(mode=0o755)
    found(tmp_path / "archive")
    for name in ("archive", "archive.offline"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o700


def test_an_archive_is_never_founded_over(founded, tmp_path):
    before = tree_of(founded.archive.root), tree_of(founded.offline_dir)
    for offline in (founded.offline_dir, tmp_path / "elsewhere"):
        with pytest.raises(ArchiveThere):
            found(founded.archive.root, offline_dir=offline)
    assert (tree_of(founded.archive.root), tree_of(founded.offline_dir)) == before


def test_the_root_of_another_archive_is_never_overwritten(founded, tmp_path):
    before = tree_of(founded.offline_dir)
    with pytest.raises(FolderNotEmpty):
        found(tmp_path / "second", offline_dir=founded.offline_dir)
    assert tree_of(founded.offline_dir) == before


def test_the_offline_part_cannot_lie_inside(tmp_path):
    for offline in (tmp_path / "archive", tmp_path / "archive" / "keys" / "offline"):
        with pytest.raises(FolderNotEmpty):
            found(tmp_path / "archive", offline_dir=offline)
    found(tmp_path / "archive")


def test_two_foundings_at_once_make_one_archive(tmp_path):
    (tmp_path / "archive").mkdir()
    with FoundingPlace(tmp_path / "archive", tmp_path / "offline"), pytest.raises(FolderNotEmpty):
        found(tmp_path / "archive")


def test_what_a_founding_left_is_swept_but_nothing_else(tmp_path):
    """A founding that was cut short, then something put beside it: refused. Control: without that, it is swept."""
    folder, offline = tmp_path / "archive", tmp_path / "archive.offline"
    with suppress(ZeroDivisionError), FoundingPlace(folder.absolute(), offline.absolute()):
        (folder / "keys").mkdir()
        (folder / "keys" / "vault.json").write_text("half")
        (offline / "root.json").write_text("half")
        raise ZeroDivisionError
    (folder / "notes.txt").write_text("mine")
    with pytest.raises(FolderNotEmpty):
        found(folder)
    assert (folder / "keys" / "vault.json").exists()
    assert (folder / "notes.txt").exists()
    (folder / "notes.txt").unlink()
    open_keyring(found(folder).archive, bytearray(PASSPHRASE), clock=now)


@pytest.mark.parametrize("name", ["", "Archive", "a b", "a/b", "-x", "x" * 65, "архіў", "a\n"])
def test_names_that_no_log_can_have_are_refused_before_anything_is_made(tmp_path, name):
    for names in ({"archive_name": name}, {"desk": name}):
        with pytest.raises(Malformed):
            found(tmp_path / "archive", **names)
    assert list(tmp_path.iterdir()) == []


def test_each_archive_has_keys_of_its_own(tmp_path, founded):
    other = found(tmp_path / "other")
    assert {founded.root, founded.recovery, founded.actor, founded.archive_cell}.isdisjoint(
        {other.root, other.recovery, other.actor, other.archive_cell}
    )
    assert found(tmp_path / "third", passphrase=bytearray(b"another")).root != other.root
    with pytest.raises(WrongPassphrase):
        open_keyring(other.archive, bytearray(b"another"), clock=now)


@given(st.binary(max_size=200))
def test_any_configuration_is_read_or_refused_by_name(data):
    with pytest.raises(Failure):
        parse_config(data)


@pytest.mark.parametrize(
    "change",
    [
        ('desk = "minsk-1"', 'desk = "../x"'),
        ('archive_cell = "', 'archive_cell = "x'),
        ("lock_after_minutes = 10", "lock_after_minutes = 0"),
        ("lock_after_minutes = 10", "lock_after_minutes = 9999"),
        ("lock_after_minutes = 10", "lock_after_minutes = true"),
        ("openings_per_hour = 200", 'openings_per_hour = "many"'),
        ('archive = "archive.example"', ""),
    ],
)
def test_a_configuration_that_cannot_be_used_is_refused(founded, change):
    text = founded.archive.config.read_text()
    parse_config(text.encode())
    with pytest.raises(ConfigMalformed):
        parse_config(text.replace(*change).encode())


def test_another_cell_in_the_configuration_is_not_believed(founded):
    """Facts about nobody would go under a person's cell, and be gone when that is erased."""
    archive = founded.archive
    open_keyring(archive, bytearray(PASSPHRASE), clock=now)
    other = "ab" * 16
    archive.config.write_text(archive.config.read_text().replace(founded.archive_cell, other))
    with pytest.raises(KeysDisagree):
        open_keyring(archive, bytearray(PASSPHRASE), clock=now)


@pytest.mark.parametrize("name", ["keeper.pid", "keeper.log", "keeper.lock", "openings"])
def test_a_link_put_into_the_run_folder_leads_to_no_file_of_its_owner(founded, tmp_path, name):
    archive, outside = founded.archive, tmp_path / "letters.txt"
    outside.write_bytes(b"x" * 2_000_000)
    archive.run.mkdir(mode=0o700, exist_ok=True)
    (archive.run / name).unlink(missing_ok=True)
    (archive.run / name).symlink_to(outside)
    with contextlib.suppress(Unavailable):
        unlock(archive, bytearray(PASSPHRASE))
    lock(archive)
    assert outside.read_bytes() == b"x" * 2_000_000


@pytest.mark.parametrize("path", ["keys/vault.json", "keys/keylist", "keys/desk.age"])
def test_a_pipe_in_a_key_files_place_is_refused_at_once(founded, path):
    (founded.archive.root / path).unlink()
    os.mkfifo(founded.archive.root / path)
    with pytest.raises(Failure):
        open_keyring(founded.archive, bytearray(PASSPHRASE), clock=now)
