# SPDX-License-Identifier: AGPL-3.0-or-later
"""The outsiders that an archive asks: its time authorities and its cosigners, from `sviedka.toml`.

    [[time_authority]]
    name = "authority-a"
    url = "https://…"
    kind = "external"                        # or "internal": a clock of our own, always labelled so
    root = "keys/authorities/authority-a.pem"

    [[cosigner]]
    vkey = "partner.example/cosigner+…"
    url = "https://…"                        # left out where requests are carried as files

Nothing here is believed: a token or cosignature is kept only if it verifies with the key or root named here, and a stranger
verifies it again with their own.
"""

from __future__ import annotations

import os
import stat
import tomllib
from typing import TYPE_CHECKING, Final

from sviedka.anchor.authority import Authority
from sviedka.anchor.cosigner_client import KnownCosigner
from sviedka.core.base.errors import Malformed, Unavailable
from sviedka.core.seal.note_key import COSIGNATURE_V1, parse_vkey
from sviedka.core.seal.policy_terms import AuthorityKind

if TYPE_CHECKING:
    from sviedka.vault.layout import Archive

MAX_OUTSIDERS: Final = 32
MAX_ROOT_BYTES: Final = 65_536
"""Of a root certificate's file."""


class AnchorsMalformed(Malformed):
    """The configuration names an outsider in a way that cannot be used."""

    code = "malformed.anchors"
    hint = "Compare the entry in sviedka.toml with docs/howto/ask-outsiders.md."


class AnchorsUnreadable(Unavailable):
    """A file of the configuration cannot be read now."""

    code = "unavailable.anchors"


def read_authorities(archive: Archive) -> tuple[Authority, ...]:
    """Return the time authorities in the order of the configuration; none is no error.

    Raises:
        AnchorsMalformed: An entry lacks a part, or its root is no certificate, or no file of the archive's folder.
        AnchorsUnreadable: `sviedka.toml` or a root file cannot be read.
    """
    return tuple(_authority(archive, entry) for entry in _entries(archive, "time_authority"))


def read_cosigners(archive: Archive) -> tuple[KnownCosigner, ...]:
    """Return the cosigners in the order of the configuration; none is no error.

    Raises:
        AnchorsMalformed: An entry without a cosigner's key.
        AnchorsUnreadable: `sviedka.toml` cannot be read.
    """
    return tuple(_cosigner(entry) for entry in _entries(archive, "cosigner"))


def _authority(archive: Archive, entry: dict[str, object]) -> Authority:
    name, url, kind = (_word(entry, part) for part in ("name", "url", "kind"))
    root = _read_root(archive, _word(entry, "root"), name)
    try:
        authority = Authority(name=name, url=url, kind=AuthorityKind(kind), root_pem=root)
        archive.stamp("any", 0, name, "tsr")  # refuses a name that cannot name files
        _ = authority.pin
    except (Malformed, ValueError) as reason:
        raise AnchorsMalformed("Time authority {name} cannot be used as it is configured.", name=name) from reason
    return authority


def _read_root(archive: Archive, path: str, name: str) -> bytes:
    """Return a root's bytes: of a regular file inside the archive's folder, links followed, and not more than a root has."""
    try:
        place = (archive.root / path).resolve()
        if not place.is_relative_to(archive.root.resolve()):
            raise AnchorsMalformed("The root certificate of time authority {name} lies outside the archive.", name=name)
        # O_NONBLOCK: a pipe must not make us wait for a writer
        handle = os.open(place, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    except (OSError, ValueError, RuntimeError) as reason:  # NUL in a path; a circle of links
        raise AnchorsUnreadable("The root certificate of time authority {name} cannot be read.", name=name) from reason
    try:
        regular = stat.S_ISREG(os.fstat(handle).st_mode)
        data = os.read(handle, MAX_ROOT_BYTES + 1) if regular else b""
    except OSError as reason:
        raise AnchorsUnreadable("The root certificate of time authority {name} cannot be read.", name=name) from reason
    finally:
        os.close(handle)
    if not regular:
        raise AnchorsMalformed("The root certificate of time authority {name} is not a file.", name=name)
    if len(data) > MAX_ROOT_BYTES:
        raise AnchorsMalformed("The root certificate of time authority {name} is too long.", name=name)
    return data


def _cosigner(entry: dict[str, object]) -> KnownCosigner:
    key = parse_vkey(_word(entry, "vkey"))
    if key.key_type != COSIGNATURE_V1:
        raise AnchorsMalformed("The key of cosigner {name} is of another kind.", name=key.name)
    return KnownCosigner(key=key, url=_word(entry, "url") if "url" in entry else None)


def _entries(archive: Archive, name: str) -> list[dict[str, object]]:
    try:
        table = tomllib.loads(archive.config.read_text("utf-8"))
    except OSError as reason:
        raise AnchorsUnreadable("sviedka.toml cannot be read.") from reason
    except ValueError as reason:
        raise AnchorsMalformed("sviedka.toml is not in its format.") from reason
    entries = table.get(name, [])
    if (
        not isinstance(entries, list)
        or len(entries) > MAX_OUTSIDERS
        or not all(isinstance(one, dict) for one in entries)
    ):
        raise AnchorsMalformed("{name} in sviedka.toml is a short list of entries.", name=name)
    return entries


def _word(entry: dict[str, object], part: str) -> str:
    value = entry.get(part)
    if not isinstance(value, str) or not value or len(value) > 1_024:
        raise AnchorsMalformed("An entry of sviedka.toml lacks its {part}.", part=part)
    return value
