# SPDX-License-Identifier: AGPL-3.0-or-later
"""What must not be found after somebody took back what they gave."""

from sviedka.core.seal.age_errors import NotForThisKey
from sviedka.core.seal.age_file import decrypt_secret
from sviedka.core.seal.slip import open_slip
from sviedka.vault.cells import find_cell
from sviedka.vault.slips import find_slip

OPENS = "what opens a copied slip"


class Wanted:
    """What must not be found: the key of what Beta gave, of her cell, and what she told as the database had it."""

    def __init__(self, office):
        from sviedka.store.session import open_store

        keyring, database = office.keeper.keyring, open_store(office.archive, office.keeper)
        (payload,) = database.run("SELECT payload_sha256 FROM store_item WHERE item = ?", (office.given,)).fetchone()
        self.payload = bytes.fromhex(payload)
        epoch, self.slip = find_slip(office.archive, office.given)
        (self.cell,) = office.subject().told
        self.file_key = bytes(open_slip(self.slip, keyring.epochs.identity(epoch), payload_sha256=self.payload))
        epoch, data = find_cell(office.archive, self.cell)
        self.cell_key = bytes(decrypt_secret(data, keyring.epochs.identity(epoch)))
        rows = database.run("SELECT disclosures FROM store_passage WHERE cells = ?", (self.cell,)).fetchall()
        self.texts = [text.encode()[:40] for (listed,) in rows for text in listed.split() if len(text) > 60]
        assert len(self.texts) > 3

    def found_by(self, hunt):
        """Return the words for what the hunt found: keys, texts, and whether a slip copied before opens with what it found."""
        keys = hunt.file_keys | hunt.cell_keys
        found = {
            "file key": self.file_key in keys or hunt.finds(self.file_key),
            "cell key": self.cell_key in keys or hunt.finds(self.cell_key),
            "text": any(hunt.finds(text) for text in self.texts),
            OPENS: any(self._opens(identity) for identity in hunt.identities),
        }
        return {word for word, is_there in found.items() if is_there}

    def _opens(self, identity):
        try:
            return bytes(open_slip(self.slip, identity, payload_sha256=self.payload)) == self.file_key
        except NotForThisKey:
            return False
