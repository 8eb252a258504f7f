# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where the batches of statements meet again: order, repetition, and what was refuted (spec §8.11, steps 12 and 13)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sviedka.core.disclose.bag_paths import PROOFS, STATEMENTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sviedka.verify.findings import Findings
    from sviedka.verify.statement_check import Batch, CheckedStatement


def gather_statements(batches: Sequence[Batch], findings: Findings) -> tuple[CheckedStatement, ...]:
    """Join what the batches found, in the order of their lines."""
    bad_statement = min((batch.bad_statement for batch in batches if batch.bad_statement is not None), default=None)
    bad_proof = _first_bad_proof(batches)
    for path, line in ((STATEMENTS, bad_statement), (PROOFS, bad_proof)):
        if line is not None:
            findings.add("tag-file.malformed", f"{path}:{line}")
    if findings.must_stop():
        return ()
    for batch in batches:
        for code, line in batch.refuted:
            findings.add(code, f"{STATEMENTS}:{line}")
    _check_repeated(batches, findings)
    return tuple(statement for batch in batches for statement in batch.statements)


def _first_bad_proof(batches: Sequence[Batch]) -> int | None:
    bad = [batch.bad_proof for batch in batches if batch.bad_proof is not None]
    last: tuple[int, int] | None = None
    for batch in batches:
        if last is not None and batch.first_place is not None and batch.first_place <= last:
            bad.append(batch.first_line)
        last = batch.last_place
    return min(bad, default=None)


def _check_repeated(batches: Sequence[Batch], findings: Findings) -> None:
    seen: set[str] = set()
    for batch in batches:
        for jti, line in batch.identifiers:
            if jti in seen:
                findings.add("statement.repeated", f"{STATEMENTS}:{line}")
            seen.add(jti)
