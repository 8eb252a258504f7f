# SPDX-License-Identifier: AGPL-3.0-or-later
"""A vault in a temporary folder, with sealed things in it, for the tests of the vault."""

import os
from pathlib import Path

from sviedka.core.seal.age_file import encrypt_bytes
from sviedka.core.seal.age_header import wrap_file_key
from sviedka.core.seal.age_keys import X25519Identity
from sviedka.core.seal.seal_file import seal_bytes
from sviedka.vault.cells import put_cell, put_seat_cells
from sviedka.vault.deposit_group import open_group
from sviedka.vault.entropy import new_id
from sviedka.vault.objects import put_payload_bytes
from sviedka.vault.packs import put_pack
from sviedka.vault.slips import put_slip

EPOCH = "2026-11.1"
IDENTITY = X25519Identity.from_bytes(bytearray(b"\x11" * 32))
RECIPIENT = IDENTITY.recipient()


def slip(file_key=b"k" * 16):
    return wrap_file_key(file_key, [RECIPIENT], [os.urandom(32)])


def age_file(plaintext):
    return encrypt_bytes(
        plaintext, [RECIPIENT], file_key=os.urandom(16), nonce=os.urandom(16), ephemerals=[os.urandom(32)]
    )


def put_items(archive, count):
    """Put items in one group; return their ids."""
    ids = []
    with open_group(archive) as group:
        for number in range(count):
            key, item = os.urandom(16), new_id()
            sealed = seal_bytes(b"text %d" % number * 40, file_key=key, nonce=os.urandom(16))
            put_payload_bytes(archive, sealed, group=group)
            put_slip(archive, EPOCH, item, slip(key), group=group)
            ids.append(item)
        group.commit()
    return ids


def fill_vault(archive, items=4):
    """Put items, cells, seat cells and packs; return the ids of the items."""
    ids = put_items(archive, items)
    put_cell(archive, EPOCH, new_id(), age_file(os.urandom(32)))
    pairs = [(low, high) for low in range(1, 5) for high in range(low + 1, 6)]
    put_seat_cells(archive, new_id(), {pair: age_file(age_file(age_file(os.urandom(32)))) for pair in pairs})
    put_pack(archive, "minsk-1", 0, age_file(b"first\n" * 50))
    put_pack(archive, "minsk-1", 3, age_file(b"second\n" * 50))
    return ids


def files(folder):
    """Return every file below `folder`."""
    return sorted(path for path in Path(folder).rglob("*") if path.is_file())


def overwrite(path, data):
    """Change a file that is read-only, as a broken disk does."""
    path.chmod(0o644)
    path.write_bytes(data)
