# SPDX-License-Identifier: AGPL-3.0-or-later
"""What must not be found after somebody took back what they gave: every key in the vault but those of what stays."""

from cut_kit import slips

from sviedka.core.seal.age_errors import NotForThisKey
from sviedka.core.seal.age_file import decrypt_secret
from sviedka.core.seal.age_header import parse_header, unwrap_file_key
from sviedka.vault.cells import find_cell
from sviedka.vault.slips import find_slip

OPENS = "what opens a copied slip"


class Wanted:
    """What must not be found: the keys of what Beta gave, stated or not, of her cell, and what she told as the database had it.

    Whatever lies among the slips and is not an item that stays is wanted, so that nothing has to be thought of to be looked for.
    """

    def __init__(self, office):
        from sviedka.store.session import open_store

        keyring, database = office.keeper.keyring, open_store(office.archive, office.keeper)
        found = {item: find_slip(office.archive, item) for item in slips(office.archive)}
        opened = {
            item: (slip, bytes(unwrap_file_key(slip, keyring.epochs.identity(at))))
            for item, (at, slip) in found.items()
        }
        stay = {opened[item][1] for item in _staying(office, database)}  # also under another name, for the same bytes
        self.items = {item for item, (_, key) in opened.items() if key not in stay}
        self.headers = [parse_header(opened[item][0]) for item in self.items]
        self.file_keys = {opened[item][1] for item in self.items}
        (self.cell,) = office.subject().told
        epoch, data = find_cell(office.archive, self.cell)
        self.cell_key = bytes(decrypt_secret(data, keyring.epochs.identity(epoch)))
        rows = database.run("SELECT disclosures FROM store_passage WHERE cells = ?", (self.cell,)).fetchall()
        self.texts = [text.encode()[:40] for (listed,) in rows for text in listed.split() if len(text) > 60]
        assert len(self.texts) > 3

    def found_by(self, hunt):
        """Return the words for what the hunt found: keys, texts, and whether a slip copied before opens with what it found."""
        keys = hunt.file_keys | hunt.cell_keys
        found = {
            "file key": bool(self.file_keys & keys) or any(hunt.finds(key) for key in self.file_keys),
            "cell key": self.cell_key in keys or hunt.finds(self.cell_key),
            "text": any(hunt.finds(text) for text in self.texts),
            OPENS: any(self._opens(identity) for identity in hunt.identities),
        }
        return {word for word, is_there in found.items() if is_there}

    def _opens(self, identity):
        return any(_opens(header, identity) for header in self.headers)


def _opens(header, identity):
    try:
        unwrap_file_key(header, identity)
    except NotForThisKey:
        return False
    return True


def _staying(office, database):
    """Return the items that are still to be read when Beta was erased."""
    from sviedka.store.taking_back_requests import preview

    sealed = {item for (item,) in database.run("SELECT item FROM store_item WHERE payload_sha256 IS NOT NULL")}
    return sealed - {*preview(database, office.subject()).items}
