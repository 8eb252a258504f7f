# SPDX-License-Identifier: AGPL-3.0-or-later
"""The statement of a release as it travels beside the published files, and what proves it. Spec: spec/09-count.md."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sviedka.core.base.canonical import parse_any_spelling
from sviedka.core.base.errors import Malformed, Refuted
from sviedka.core.count.release.release_errors import CopyRefuted
from sviedka.core.seal.statement import parse_jwt, read_disclosures

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sviedka.core.base.ids import StatementId
    from sviedka.core.seal.statement import Statement, StatementHead

TYPE: Final = "release/1"
STATEMENT: Final = "statement.json"
PROOF: Final = "statement.tlog-proof"
KEY_LIST: Final = "keylist"
BESIDE: Final = frozenset({STATEMENT, PROOF, KEY_LIST})
"""What stands in a release's folder and is named by no statement: each proves itself."""
MAX_STATEMENT_BYTES: Final = 2 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class StatedCopy:
    """A statement's copy, as read. Its signature is not checked here.

    Attributes:
        jwt: The log's entry.
        head: What the entry says openly.
        files: SHA-256, hexadecimal, of each published file by name.
    """

    jwt: bytes
    head: StatementHead
    files: Mapping[str, str]

    @property
    def jti(self) -> StatementId:
        """The statement's identifier."""
        return self.head.jti


def format_copy(jti: StatementId, jwt: bytes, disclosures: Sequence[str]) -> bytes:
    """Return the one spelling of a copy of a statement."""
    told = {"statement": jti, "jwt": jwt.decode("ascii"), "disclosures": sorted(disclosures)}
    return (json.dumps(told, indent=2) + "\n").encode("ascii")


def parse_copy(data: bytes) -> StatedCopy:
    """Read a statement's copy and write it again: whatever is spelt otherwise was changed.

    Untrusted: `data`.

    Raises:
        CopyRefuted: It is no such copy.
    """
    changed = CopyRefuted("{file} is not what was published.", file=STATEMENT)
    try:
        told = parse_any_spelling(data, max_bytes=MAX_STATEMENT_BYTES)
        jwt, texts = (told.get("jwt"), told.get("disclosures")) if isinstance(told, dict) else (None, None)
        if not isinstance(jwt, str) or not jwt.isascii() or not isinstance(texts, list):
            raise changed
        shown = [str(text) for text in texts]
        head = parse_jwt(jwt.encode("ascii"))
        statement = read_disclosures(head, shown)
    except (Malformed, Refuted) as reason:
        raise changed from reason
    if statement.type != TYPE or format_copy(head.jti, jwt.encode("ascii"), shown) != data:
        raise changed
    return StatedCopy(jwt=jwt.encode("ascii"), head=head, files=_named(statement))


def _named(statement: Statement) -> dict[str, str]:
    files = [value for name, value in statement.fields.items() if name.startswith("file.")]
    return {str(one["path"]): str(one["sha256"]) for one in files if isinstance(one, dict)}
