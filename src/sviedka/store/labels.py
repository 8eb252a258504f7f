# SPDX-License-Identifier: AGPL-3.0-or-later
"""Ids that follow from what somebody called a thing, so that recording a file twice adds nothing twice.

An id is the first half of HMAC-SHA256 under a key that only an unlocked archive has: nobody else can go from a label
or a pseudonym to an id and look for it in what was published.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from typing import TYPE_CHECKING, Final

from sviedka.core.base.canonical import encode_canonical
from sviedka.core.base.errors import Malformed
from sviedka.core.base.ids import StatementId, SubjectId, format_id

if TYPE_CHECKING:
    from sviedka.core.base.canonical import Json

_DOMAIN: Final = b"sviedka/label/1\n"
_ID_BYTES: Final = 16
_LABEL: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,119}\Z")


class LabelMalformed(Malformed):
    """A word that no record file could call anything."""

    code = "malformed.label"
    hint = "A label is small letters, digits, dots and dashes, and begins with a letter or a digit."


def is_label(text: object) -> bool:
    """Tell whether record files may call something `text`."""
    return isinstance(text, str) and _LABEL.match(text) is not None


def parse_label(text: str) -> str:
    """Return `text` if it is a label; raise `LabelMalformed` if not."""
    if not is_label(text):
        raise LabelMalformed("This is not a label.")
    return text


class LabelIds:
    """Makes ids from labels. Holds the key, not a copy, until `wipe`."""

    def __init__(self, key: bytearray) -> None:
        """Take over the keeper's label key."""
        self._key = key

    def case(self, label: str) -> SubjectId:
        """Return the id of the case that record files call `label`."""
        return SubjectId(self._derive("case", label))

    def subject(self, case: str, label: str) -> SubjectId:
        """Return the id of what a record file of `case` calls `label`."""
        return SubjectId(self._derive("subject", case, label))

    def statement(self, case: str, label: str, content: Json, *, origin: str) -> StatementId:
        """Return the `jti` of the statement by which the desk of `origin` says `content` of what `case` calls `label`."""
        return StatementId(self._derive("statement", origin, case, label, content))

    def house(self, kind: str, name: str, *, origin: str) -> StatementId:
        """Return the `jti` of the one statement about `name` that a desk makes of itself: a key list, an epoch."""
        return StatementId(self._derive("house", origin, kind, name))

    def wipe(self) -> None:
        """Forget the key."""
        self._key[:] = bytes(len(self._key))

    def _derive(self, *parts: Json) -> str:
        message = _DOMAIN + encode_canonical(list(parts))
        return format_id(hmac.digest(self._key, message, hashlib.sha256)[:_ID_BYTES])
