# SPDX-License-Identifier: AGPL-3.0-or-later
"""A vault that is registered to be copied, and what its copies come to."""

import hashlib

from test_vault_scrub import put_log
from vault_kit import age_file, files, fill_vault, put_items

from sviedka.vault.durable import make_folder
from sviedka.vault.layout import Archive
from sviedka.vault.packs import list_packs, put_pack
from sviedka.vault.replica.running import replicate

CONFIG = 'archive = "archive.example"\ndesk = "minsk-1"\narchive_cell = "{cell}"\n'


def new_vault(folder, *, cell="c" * 32, name="archive"):
    archive = Archive(root=folder / name)
    fill_vault(archive)
    put_log(archive, 5)
    archive.config.write_text(CONFIG.format(cell=cell))
    for path in (archive.vault_key, archive.desk_keys, archive.epoch_key("2026-11.1")):
        make_folder(path.parent)
        path.write_bytes(age_file(b"key"))
    return archive


def register(archive, *entries):
    """Register replicas in place of those that are: (name, holds, url, further lines)."""
    text = archive.config.read_text().partition("\n[[replicas]]")[0].rstrip("\n") + "\n"
    for name, holds, url, *more in entries:
        text += f'\n[[replicas]]\nname = "{name}"\nholds = "{holds}"\nurl = "{url}"\n' + "".join(
            f"{line}\n" for line in more
        )
    archive.config.write_text(text)


def two_folders(archive, folder):
    """Register a folder for payloads and one for keys; return both."""
    places = folder / "copies", folder / "keys-elsewhere"
    for place in places:
        place.mkdir(exist_ok=True)
    register(archive, ("copies", "payloads", places[0]), ("keys", "keys", places[1]))
    return places


def go_on(archive, items=2):
    """Seal more and state more."""
    put_items(archive, items)
    put_pack(archive, "minsk-1", list_packs(archive, "minsk-1")[-1] + 10, age_file(b"more\n" * 20))


def failures(outcomes):
    return {one.entry.name: one.failure.code if one.failure else None for one in outcomes}


def copy_all(archive):
    """Replicate; every replica must be up to date afterwards. Return how many files each got."""
    outcomes = replicate(archive)
    assert set(failures(outcomes).values()) == {None}, [
        (one.failure, str(one.failure and one.failure.__cause__), one.findings) for one in outcomes
    ]
    return {one.entry.name: one.copied for one in outcomes}


def contents(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files(folder)}


def sha256(data):
    return hashlib.sha256(data).hexdigest()
