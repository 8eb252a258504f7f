# SPDX-License-Identifier: AGPL-3.0-or-later
"""The key file of a cosigner.

One line, as Go's note tools write it: `PRIVATE+KEY+<name>+<key id>+<base64(type ‖ seed)>`, readable by its owner only
and not wrapped: a cosigner signs unattended, and its key opens nothing. Whoever steals it can vouch falsely for logs
until the cosigner is taken off the policies that name it. Spec: spec/04-log.md §5.3.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sviedka.core.base.encoding import decode_base64, encode_base64
from sviedka.core.base.errors import Malformed, NotCanonical, Unavailable
from sviedka.core.seal.note_key import COSIGNATURE_V1, VerifierKey
from sviedka.vault.durable import write_new
from sviedka.vault.entropy import random_bytes

if TYPE_CHECKING:
    from pathlib import Path

SEED_BYTES: Final = 32
MAX_FILE_BYTES: Final = 1_024
_PREFIX: Final = "PRIVATE+KEY+"


class CosignerKeyMalformed(Malformed):
    """A file that is not a cosigner's key."""

    code = "malformed.cosigner-key"
    hint = "Restore the file from its copy; a cosigner with a new key is a new cosigner."


class CosignerKeyMissing(Unavailable):
    """The key file is not there or may not be read."""

    code = "unavailable.cosigner-key"
    hint = "Name the right file, or make a key first."


@dataclass(frozen=True, kw_only=True)
class CosignerKey:
    """A cosigner's name and private key."""

    name: str
    private_key: Ed25519PrivateKey

    @property
    def public(self) -> VerifierKey:
        """What others put into their policies."""
        public = self.private_key.public_key().public_bytes_raw()
        return VerifierKey(name=self.name, key_type=COSIGNATURE_V1, public=public)


def create_cosigner_key(path: Path, *, name: str) -> CosignerKey:
    """Make a key and write it to a new file, mode 0600; raise `AlreadyThere` if there is one."""
    seed = random_bytes(SEED_BYTES)
    key = CosignerKey(name=name, private_key=Ed25519PrivateKey.from_private_bytes(seed))
    encoded = encode_base64(bytes((COSIGNATURE_V1,)) + seed)
    write_new(path, f"{_PREFIX}{key.public.kid}+{encoded}\n".encode(), mode=0o600)
    return key


def load_cosigner_key(path: Path) -> CosignerKey:
    """Read a key file.

    Raises:
        CosignerKeyMissing: Not there, or not readable.
        CosignerKeyMalformed: Something else, or readable by others.
    """
    try:
        if path.stat().st_mode & 0o077:
            raise CosignerKeyMalformed("A cosigner's key may be readable by its owner only (mode 0600).")
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except OSError as reason:
        raise CosignerKeyMissing("The cosigner's key file cannot be read.") from reason
    return _parse(data)


def _parse(data: bytes) -> CosignerKey:
    try:
        line = data.decode("utf-8")
        name, key_id, encoded = line.removeprefix(_PREFIX).removesuffix("\n").split("+", 2)
        material = decode_base64(encoded)
        if not line.startswith(_PREFIX) or len(material) != 1 + SEED_BYTES or material[0] != COSIGNATURE_V1:
            raise CosignerKeyMalformed("The file holds another kind of key.")
        key = CosignerKey(name=name, private_key=Ed25519PrivateKey.from_private_bytes(material[1:]))
        if key.public.key_id != key_id:
            raise CosignerKeyMalformed("The name or id in the file does not belong to the key in it.")
    except (UnicodeDecodeError, ValueError, NotCanonical) as reason:
        raise CosignerKeyMalformed("The file is not a cosigner's key.") from reason
    return key
