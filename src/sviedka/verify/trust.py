# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the dossier's own keys are worth: root and cosigners against a policy from outside (spec §8.11).

Nothing in the dossier can make these parts hold; only what the reader brought along can.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sviedka.core.base.errors import Failure
from sviedka.core.base.instants import format_instant
from sviedka.core.seal.cosignature import Cosignature, verify_cosignatures
from sviedka.core.seal.policy import Policy, quorum_met
from sviedka.verify.findings import Findings, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sviedka.core.base.canonical import Json
    from sviedka.verify.contents import Contents, LogContents
    from sviedka.verify.signatures import Keys
    from sviedka.verify.statement_check import CheckedStatement

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST_SECOND = int((datetime(9999, 12, 31, tzinfo=UTC) - _EPOCH).total_seconds())


@dataclass(frozen=True, kw_only=True, slots=True)
class Cosigned:
    """The cosigners of the policy who signed one log's checkpoint."""

    cosigners: tuple[Cosignature, ...]

    def to_json(self) -> list[Json]:
        """Return name and time of each, in order of names."""
        return [
            {"name": item.key.name, "time": _time(item.time)}
            for item in sorted(self.cosigners, key=lambda item: (item.key.name, item.key.key_id))
        ]


def check_origin(
    policy: Policy | None,
    contents: Contents,
    keys: Keys,
    statements: Sequence[CheckedStatement],
    proven_at: Mapping[int, datetime],
    findings: Findings,
) -> bool:
    """Judge whose keys these are; tell whether the root is pinned. `proven_at` is T by statement line."""
    _note_authors(statements, findings)
    _note_assertions(statements, findings)
    if policy is None:
        findings.add("policy.none")
        return False
    pinned = any(root == contents.root for root in policy.roots)
    if not pinned:
        findings.add("root.not-pinned")
    for log in contents.logs:
        if policy.logs and keys.logs[log.number] not in policy.log_keys:
            findings.add("log.not-pinned", log.origin)
    _check_revoked(contents, keys, statements, proven_at, findings)
    if findings.worst is Verdict.HOLDS:
        findings.add("root.pinned")
    return pinned


def check_cosigned(policy: Policy | None, logs: Iterable[LogContents], findings: Findings) -> dict[int, Cosigned]:
    """Judge who else has seen these heads; return the policy's cosigners by log number."""
    found = {log.number: _check_log(policy, log, findings) for log in logs}
    if policy is None:
        findings.add("policy.none")
    elif policy.quorum is None:
        findings.add("cosigned.not-asked")
        if findings.worst is Verdict.HOLDS:
            findings.add("cosigned.none-required")
    elif findings.worst is Verdict.HOLDS:
        findings.add("cosigned.quorum-met", count=len(found))
    return found


def _check_log(policy: Policy | None, log: LogContents, findings: Findings) -> Cosigned:
    path = f"logs/{log.number}/checkpoint"
    known = policy.witness_keys if policy is not None else ()
    strangers = [
        line
        for line in log.checkpoint.note.signatures
        if line.name != log.origin and not any(line.claims(key) for key in known)
    ]
    if strangers:
        findings.add("cosignature.unknown", path, count=len(strangers))
    try:
        cosigners = verify_cosignatures(log.checkpoint.note, known)
    except Failure:
        findings.add("cosignature.refuted", path)
        return Cosigned(cosigners=())
    if policy is not None and not quorum_met(policy, [item.key for item in cosigners]):
        findings.add("cosigned.quorum-not-met", path)
    return Cosigned(cosigners=cosigners)


def _check_revoked(
    contents: Contents,
    keys: Keys,
    statements: Sequence[CheckedStatement],
    proven_at: Mapping[int, datetime],
    findings: Findings,
) -> None:
    revoked_at = contents.key_list.revoked_at
    if revoked_at(keys.seal) is not None:
        findings.add("key.revoked", "SEAL.txt")
    for number, key in keys.logs.items():
        if revoked_at(key) is not None:
            findings.add("key.revoked", f"logs/{number}/checkpoint")
    for statement in statements:
        proven = proven_at.get(statement.line)
        if statement.revoked_at is not None and (proven is None or proven >= statement.revoked_at):
            findings.add("key.revoked", show_line(statement.line))


def _note_authors(statements: Iterable[CheckedStatement], findings: Findings) -> None:
    verified = 0
    for statement in statements:
        verified += statement.author == "verified"
        if statement.author == "unknown":
            findings.add("author.unknown", show_line(statement.line))
    if verified:
        findings.add("author.verified", count=verified)


def _note_assertions(statements: Iterable[CheckedStatement], findings: Findings) -> None:
    found = [(statement.assertion, statement.line) for statement in statements]
    for state, line in found:
        if state in {"missing", "unknown"}:
            findings.add(f"assertion.{state}", show_line(line))
    for state in ("verified", "withheld"):
        count = sum(one == state for one, _ in found)
        if count:
            findings.add(f"assertion.{state}", count=count)


def show_line(line: int) -> str:
    """Return the place of a statement for a report."""
    return f"statements/statements.txt:{line}"


def _time(seconds: int) -> str:
    # A cosigner's clock may say anything; what no calendar holds is shown as its last second.
    return format_instant(_EPOCH + timedelta(seconds=min(seconds, _LAST_SECOND)))
