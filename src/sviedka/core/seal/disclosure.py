# SPDX-License-Identifier: AGPL-3.0-or-later
"""One disclosure: a salted part of a statement, and the digest by which the desk vouches for it (RFC 9901 §4.2).

    property       base64url(["<salt>","<name>",<value>])
    array element  base64url(["<salt>",<value>])
    digest         base64url(SHA-256(ASCII of the disclosure))

Stricter than the RFC: canonical JSON inside, salts of exactly 128 bits, one spelling of base64url.
"""

from __future__ import annotations

import re
from binascii import Error as NotBase64
from binascii import a2b_base64, b2a_base64
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from sviedka.core.base.canonical import Json, encode_canonical_text, parse_any_spelling
from sviedka.core.base.errors import Malformed, TooLarge
from sviedka.core.seal.statement_errors import DisclosureMalformed, NameReserved
from sviedka.core.seal.statement_shapes import MAX_DISCLOSURE_CHARS

if TYPE_CHECKING:
    from collections.abc import Sequence

RESERVED: Final = frozenset({"_sd", "..."})

_URL_SAFE: Final = bytes.maketrans(b"+/", b"-_")
_STANDARD: Final = bytes.maketrans(b"-_", b"+/")
# The last character of 16 bytes carries two bits, of 32 bytes four: any other is a second spelling of the same bytes.
_SALT: Final = re.compile(r"[A-Za-z0-9_-]{21}[AQgw]", re.ASCII)
_DIGEST: Final = re.compile(r"[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]", re.ASCII)
_DIGESTS: Final = re.compile(r"(?:[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]\n)*", re.ASCII)


@dataclass(frozen=True, kw_only=True, slots=True)
class Disclosure:
    """A parsed disclosure. `name` is `None` for an array element."""

    name: str | None
    value: Json


def make_property(salt: str, name: str, value: Json) -> str:
    """Return the disclosure of one named value; `salt` is base64url of 16 fresh random bytes, never used before."""
    return _make(f'["{salt}","{name}",{_spell_free(value)}]')


def make_element(salt: str, value: Json) -> str:
    """Return the disclosure of one array element; `salt` as for a property."""
    return _make(f'["{salt}",{_spell_free(value)}]')


def make_list(salt: str, name: str, digests: Sequence[str]) -> str:
    """Return the disclosure of a named list of array elements, by their digests and decoys."""
    listed = '"},{"...":"'.join(digests)
    return _make(f'["{salt}","{name}",[{{"...":"{listed}"}}]]')


def digest_text(disclosure: str) -> str:
    """Return the digest of a disclosure, 43 characters."""
    return _url_text(sha256(disclosure.encode("ascii")).digest())


def is_digest(text: object) -> bool:
    """Tell whether `text` spells 32 bytes in its one way."""
    return isinstance(text, str) and _DIGEST.fullmatch(text) is not None


def are_digests(texts: Sequence[str]) -> bool:
    """Tell whether each of `texts` spells 32 bytes in its one way."""
    # As many lines as texts, all of them digests: then no text can hold a line feed or be empty.
    return sum(map(len, texts)) == 43 * len(texts) and _DIGESTS.fullmatch("\n".join([*texts, ""])) is not None


def parse_disclosure(text: str) -> Disclosure:
    """Read one disclosure.

    Untrusted: `text`, unless its digest was found among signed ones.

    Raises:
        TooLarge: Over `MAX_DISCLOSURE_CHARS`.
        DisclosureMalformed: Not canonical, a wrong number of parts, or a wrong salt.
        NameReserved: Named `_sd` or `...`.
    """
    if len(text) > MAX_DISCLOSURE_CHARS:
        raise TooLarge("A disclosure has more than {most} characters.", most=MAX_DISCLOSURE_CHARS)
    parts = _decode(text)
    if not isinstance(parts, list) or len(parts) not in {2, 3}:
        raise DisclosureMalformed("A disclosure must be an array of two or three parts.")
    salt = parts[0]
    if not isinstance(salt, str) or not _SALT.fullmatch(salt):
        raise DisclosureMalformed("A disclosure's salt must be 16 bytes in base64url.")
    # Written once more and compared: one spelling of the JSON and one of the base64url at once.
    rest = ",".join(map(_spell, parts[1:]))
    if _make(f'["{salt}",{rest}]') != text:
        raise DisclosureMalformed("A disclosure is not canonical JSON in base64url.")
    if len(parts) == 2:
        return Disclosure(name=None, value=parts[1])
    name = parts[1]
    if not isinstance(name, str):
        raise DisclosureMalformed("A disclosure's name must be text.")
    if name in RESERVED:
        raise NameReserved("A disclosure may not be named _sd or ...")
    return Disclosure(name=name, value=parts[2])


def _decode(text: str) -> Json:
    try:
        data = a2b_base64(text.encode("ascii").translate(_STANDARD) + b"==")
        return parse_any_spelling(data, max_bytes=MAX_DISCLOSURE_CHARS)
    except (UnicodeEncodeError, NotBase64, Malformed) as reason:
        raise DisclosureMalformed("A disclosure is not JSON in base64url.") from reason


def _spell_free(value: Json) -> str:
    spelt = encode_canonical_text(value)
    if ('"_sd":' in spelt or '"...":' in spelt) and _uses_reserved(value):
        raise NameReserved("A value may not use _sd or ... as a name: nobody could read it back.")
    return spelt


def _uses_reserved(value: Json) -> bool:
    if isinstance(value, dict):
        return not RESERVED.isdisjoint(value) or any(map(_uses_reserved, value.values()))
    return isinstance(value, list) and any(map(_uses_reserved, value))


def _spell(value: Json) -> str:
    try:
        return encode_canonical_text(value)
    except Malformed as reason:
        raise DisclosureMalformed("A disclosure's value has no canonical form.") from reason


def _make(array: str) -> str:
    try:
        data = array.encode("utf-8")
    except UnicodeEncodeError as reason:
        raise DisclosureMalformed("A disclosure's text holds half of a surrogate pair.") from reason
    disclosure = _url_text(data)
    if len(disclosure) > MAX_DISCLOSURE_CHARS:
        raise TooLarge("A part is too long for one disclosure: {chars} characters.", chars=len(disclosure))
    return disclosure


def _url_text(data: bytes) -> str:
    return b2a_base64(data, newline=False).translate(_URL_SAFE).rstrip(b"=").decode("ascii")
