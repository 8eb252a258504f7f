# SPDX-License-Identifier: AGPL-3.0-or-later
"""Each exhibit against the sealed statement that vouches for its bytes (spec §8.11, step 13)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sviedka.core.base.canonical import Json
    from sviedka.core.disclose.dossier_lines import ExhibitLine
    from sviedka.verify.findings import Findings
    from sviedka.verify.statement_check import CheckedStatement

SEALED: Final = "item.sealed/"


@dataclass(frozen=True, kw_only=True, slots=True)
class FileFacts:
    """What an exhibit is: digest and size as they are in the dossier."""

    sha256: bytes
    size_bytes: int


def check_exhibits_sealed(
    lines: Iterable[ExhibitLine],
    files: Mapping[str, FileFacts],
    statements: Mapping[str, CheckedStatement],
    findings: Findings,
) -> None:
    """Compare digest and size of each exhibit with what was sealed. `statements` are by `jti`, verified before."""
    for line in lines:
        sealed = _sealed_fields(statements.get(line.sealed_by))
        if sealed is None:
            findings.add("exhibit.unbound", line.path)
        elif sealed != (files[line.path].sha256.hex(), files[line.path].size_bytes):
            findings.add("exhibit.differs", line.path)


def media_types(lines: Iterable[ExhibitLine], statements: Mapping[str, CheckedStatement]) -> dict[str, str]:
    """Return the media type of each exhibit by item, as its sealed statement says; an unknown one is empty."""
    found: dict[str, str] = {}
    for line in lines:
        statement = statements.get(line.sealed_by)
        if statement is not None and statement.traces is not None and _is_sealed(statement):
            media_type = statement.fields.get("media_type")
            found[statement.traces.subject] = media_type if isinstance(media_type, str) else ""
    return found


def _sealed_fields(statement: CheckedStatement | None) -> tuple[str, int] | None:
    if statement is None or not _is_sealed(statement):
        return None
    digest: Json = statement.fields.get("plain_sha256")
    size: Json = statement.fields.get("size_bytes")
    if not isinstance(digest, str) or not isinstance(size, int) or isinstance(size, bool):
        return None
    return digest, size


def _is_sealed(statement: CheckedStatement) -> bool:
    return statement.traces is not None and statement.traces.type.startswith(SEALED)
