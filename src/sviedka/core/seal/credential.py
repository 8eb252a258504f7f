# SPDX-License-Identifier: AGPL-3.0-or-later
"""`credential …`: a line of the key list that names a user's WebAuthn credential, and on which page it is good.

Everything that a reader needs to check an assertion by it stands in the line: the archive's root vouches for the page's
origin as for the key. Spec: spec/04-log.md §7.2.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from sviedka.core.base.encoding import decode_base64url, encode_base64url
from sviedka.core.base.errors import Malformed
from sviedka.core.base.ids import is_id

ES256: Final = "es256"
ED25519: Final = "ed25519"
MAX_CREDENTIAL_BYTES: Final = 1_023
"""WebAuthn Level 3 §4, Credential ID."""

_PUBLIC_BYTES: Final = {ES256: 65, ED25519: 32}
_UNCOMPRESSED: Final = 0x04  # SEC 1 §2.3.3
_TYPE: Final = b"\xff"  # C2SP signed-note: a signature type without a number of its own
_RP_ID: Final = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?\Z")
_ORIGIN: Final = re.compile(
    r"(?:https://(?P<host>[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?)|http://localhost)(?::[1-9][0-9]{0,4})?\Z"
)


class CredentialMalformed(Malformed):
    """A line of a key list that names no credential."""

    code = "malformed.credential"


@dataclass(frozen=True, kw_only=True, slots=True)
class Credential:
    """`credential <user id> es256|ed25519 <origin> <rp id> <credential id> <public key>`.

    Attributes:
        archive: Whose key list names it.
        user: Whose it is.
        algorithm: `ES256` or `ED25519`.
        origin: The page on which it may be used, such as `https://desk.example`.
        rp_id: The party that it was made for (WebAuthn Level 3 §4, RP ID): the page's host, or a domain above it.
        credential_id: 1 to 1,023 bytes.
        public: An uncompressed point of P-256 (65 bytes), or an Ed25519 key (32).
    """

    archive: str
    user: str
    algorithm: str
    origin: str
    rp_id: str
    credential_id: bytes
    public: bytes

    @property
    def line(self) -> str:
        """The line, without line feed."""
        words = (self.algorithm, self.origin, self.rp_id)
        spelt = (encode_base64url(self.credential_id), encode_base64url(self.public))
        return " ".join(("credential", self.user, *words, *spelt))

    @property
    def kid(self) -> str:
        """How a revocation names it: `<archive>/user/<user id>/webauthn+<8 hexadecimal digits>`."""
        name = f"{self.archive}/user/{self.user}/webauthn"
        material = name.encode("ascii") + b"\n" + _TYPE + self.algorithm.encode("ascii") + b"\n" + self.public
        return f"{name}+{sha256(material).hexdigest()[:8]}"


def parse_credential(words: list[str], *, archive: str) -> Credential:
    """Read the words behind `credential`; raise `CredentialMalformed` or another `Malformed`."""
    if len(words) != 6 or not is_id(words[0]) or words[1] not in _PUBLIC_BYTES:
        raise CredentialMalformed("A credential has a user, an algorithm, a page, a party, an identifier and a key.")
    user, algorithm, origin, rp_id, identifier, public = words
    credential = Credential(
        archive=archive,
        user=user,
        algorithm=algorithm,
        origin=origin,
        rp_id=rp_id,
        credential_id=decode_base64url(identifier),
        public=decode_base64url(public),
    )
    _check(credential)
    return credential


def _check(credential: Credential) -> None:
    match = _ORIGIN.match(credential.origin)
    if match is None or not _RP_ID.match(credential.rp_id):
        raise CredentialMalformed("A credential is good on one page, https or this very machine, for one party.")
    host = match["host"] or "localhost"
    if host != credential.rp_id and not host.endswith("." + credential.rp_id):
        raise CredentialMalformed("The party of a credential is the host of its page, or a domain above it.")
    if not 1 <= len(credential.credential_id) <= MAX_CREDENTIAL_BYTES:
        raise CredentialMalformed("A credential's identifier has 1 to {most} bytes.", most=MAX_CREDENTIAL_BYTES)
    if len(credential.public) != _PUBLIC_BYTES[credential.algorithm]:
        raise CredentialMalformed("A credential's public key has {size} bytes.", size=len(credential.public))
    if credential.algorithm == ES256 and credential.public[0] != _UNCOMPRESSED:
        raise CredentialMalformed("A credential's public key is not an uncompressed point.")
