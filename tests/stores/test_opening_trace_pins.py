# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an archive asks strangers to pin comes from what its root signed, and from files inside its folder."""

import os

import pytest
from archive_kit import found

from sviedka.anchor.config import MAX_ROOT_BYTES, AnchorsMalformed, AnchorsUnreadable, read_authorities
from sviedka.core.base.errors import Refuted, Unproven
from sviedka.core.seal.keylist import parse_keylist
from sviedka.core.seal.policy import parse_policy
from sviedka.store.pinning import policy_to_pin
from sviedka.vault.disk_errors import DiskError

ENTRY = '\n[[time_authority]]\nname = "first"\nurl = "http://127.0.0.1:1/"\nkind = "internal"\nroot = "{root}"\n'


def test_the_log_key_is_that_of_the_list_that_the_root_signed(archive, keeper):
    policy = parse_policy(policy_to_pin(archive, keeper))
    assert [log.key for log in policy.logs] == [keeper.keyring.keylist.log_key("archive.example/minsk-1")]


def test_a_key_list_by_another_root_is_not_pinned(archive, keeper, tmp_path):
    """It names the same archive and desk, with a log key of whoever wrote it. Control: the honest list, again."""
    whole = archive.keylist.read_bytes()
    other = found(tmp_path / "other").keylist.read_bytes()
    assert parse_keylist(other).log_key("archive.example/minsk-1")
    archive.keylist.chmod(0o600)
    text, _, signature = whole.rpartition(b"\n\n")
    swapped = other.rpartition(b"\n\n")[0] + b"\n\n" + signature  # the true signature under the forger's text
    assert text not in swapped
    for forged in (other, swapped):
        archive.keylist.write_bytes(forged)
        with pytest.raises((Refuted, Unproven)):
            policy_to_pin(archive, keeper)
    archive.keylist.unlink()
    with pytest.raises(DiskError):
        policy_to_pin(archive, keeper)
    archive.keylist.write_bytes(whole)
    policy_to_pin(archive, keeper)


def configure(archive, root):
    archive.config.write_text(archive.config.read_text() + ENTRY.format(root=root))


@pytest.mark.parametrize("root", ["/etc/passwd", "../outside.pem", "keys/../../outside.pem", "keys/link.pem"])
def test_a_root_outside_the_archive_is_not_read(archive, root):
    outside = archive.root.parent / "outside.pem"
    outside.write_text("canary")
    (archive.keys / "link.pem").symlink_to(outside)
    configure(archive, root)
    with pytest.raises(AnchorsMalformed, match="outside"):
        read_authorities(archive)


@pytest.mark.parametrize("kind", ["pipe", "folder", "device"])
def test_what_is_no_file_is_not_waited_for(archive, kind):
    place = archive.keys / "first.pem"
    if kind == "pipe":
        os.mkfifo(place)
    elif kind == "folder":
        place.mkdir()
    else:
        place.symlink_to("/dev/zero")
    configure(archive, "keys/first.pem")
    with pytest.raises(AnchorsMalformed):
        read_authorities(archive)


def test_a_root_that_goes_on_and_on_is_not_read_whole(archive):
    (archive.keys / "first.pem").write_bytes(b"-" * (MAX_ROOT_BYTES + 1))
    configure(archive, "keys/first.pem")
    with pytest.raises(AnchorsMalformed, match="too long"):
        read_authorities(archive)


@pytest.mark.parametrize("root", ["keys/none.pem", "keys/circle.pem", "keys/a\\u0000b"])
def test_a_root_that_is_not_there_is_told(archive, root):
    (archive.keys / "circle.pem").symlink_to(archive.keys / "circle.pem")
    configure(archive, root)
    with pytest.raises(AnchorsUnreadable):
        read_authorities(archive)
