# SPDX-License-Identifier: AGPL-3.0-or-later
"""A hunt through a raw disk image, with every key that somebody has who took the disk and knows the passphrase or has three shares.

Not by looking for words: every age header anywhere in the image is tried with every key; what opens and is a key is tried in turn; every
block is tried as a page of the database, under every salt that lies in the image. Returns all secrets and texts that came out.
"""

import contextlib
import hashlib
import mmap
import re

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from sviedka.core.base.errors import Failure
from sviedka.core.seal.age_file import decrypt_payload
from sviedka.core.seal.age_header import parse_header, unwrap_file_key
from sviedka.core.seal.age_keys import parse_identity
from sviedka.keeper.derivation import DATABASE, derive_from_vault

BLOCK = 4096
SMALL_SIZES = range(44, 300)
"""Lengths of the payloads of key files and cells: all of them are tried."""

_KEY = re.compile(rb"AGE-SECRET-KEY-1[A-Z0-9]{58}")
_RESERVED = 80  # SQLCipher 4: initialisation vector (16) and HMAC (64) at the end of each page
_WAL = re.compile(rb"\x37\x7f\x06[\x82\x83]")


class Hunt:
    """What was found in one image."""

    def __init__(self, image, vault, recovery):
        self.file_keys, self.cell_keys, self.identities = set(), set(), [vault, recovery]
        self.vault_secret = bytes(vault.secret_bytes())
        with image.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            self.headers = self._headers(data)
            self._open_all()
            self.raw = bytes(data)
        self.pages = list(self._database_pages())

    def _headers(self, data):
        found, start = [], data.find(b"age-encryption.org/v1\n")
        while start >= 0:
            tail = data[start : start + 2048]
            with contextlib.suppress(Failure):
                found.append((parse_header(tail), tail))
            start = data.find(b"age-encryption.org/v1\n", start + 1)
        return found

    def _open_all(self):
        tried = 0
        while tried < len(self.identities):
            identity = self.identities[tried]
            tried += 1
            for header, tail in self.headers:
                try:
                    key = bytes(unwrap_file_key(header, identity))
                except Failure:
                    continue
                self.file_keys.add(key)
                plain = self._payload(tail[header.size_bytes :], key)
                if plain is not None and len(plain) == 32:
                    self.cell_keys.add(plain)
                for text in _KEY.findall(plain or b""):
                    self.identities.append(parse_identity(bytearray(text)))

    @staticmethod
    def _payload(tail, key):
        for size in SMALL_SIZES:
            try:
                return bytes(decrypt_payload(tail[:size], file_key=key))
            except Failure:
                continue
        return None

    def _database_pages(self):
        blocks = [self.raw[start : start + BLOCK] for start in range(0, len(self.raw), BLOCK)]
        blocks = [block for block in blocks if block.count(0) < BLOCK - 16]
        salts = {b""} | {block[:32] for block in blocks if not block[32:].strip(b"\0")}
        pages = [block for block in blocks if block[32:].strip(b"\0")]
        for match in _WAL.finditer(self.raw):
            first = match.start() + 32 + 24
            pages += [
                self.raw[at : at + BLOCK] for at in range(first, min(first + 600 * 4120, len(self.raw) - BLOCK), 4120)
            ]
        for salt in salts:
            key = bytes(derive_from_vault(bytearray(self.vault_secret), DATABASE + salt))
            for page in pages:
                yield self._decrypt(page, key)

    @staticmethod
    def _decrypt(page, key):
        vector = page[-_RESERVED : -_RESERVED + 16]
        opener = Cipher(algorithms.AES(key), modes.CBC(vector)).decryptor()
        return opener.update(page[16 : BLOCK - _RESERVED])

    def secrets(self):
        """Return a digest of every key that came out."""
        return {hashlib.sha256(key).digest() for key in (*self.file_keys, *self.cell_keys)}

    def finds(self, text):
        """Tell whether `text` lies in the image in the clear, or in a page of the database that opens."""
        return text in self.raw or any(text in page for page in self.pages)
