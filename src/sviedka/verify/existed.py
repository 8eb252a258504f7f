# SPDX-License-Identifier: AGPL-3.0-or-later
"""By when each statement existed, on the word of time authorities that the policy pins (spec §8.11, time T)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Malformed, Refuted, Unproven
from sviedka.core.base.instants import format_instant
from sviedka.core.disclose.stamp_states import StampProgress
from sviedka.core.seal.policy_terms import AuthorityKind
from sviedka.verify.findings import Findings, Verdict
from sviedka.verify.trust import show_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sviedka.core.base.canonical import Json
    from sviedka.core.seal.policy import Policy
    from sviedka.verify.contents import HeadContents, LogContents
    from sviedka.verify.statement_check import CheckedStatement
    from sviedka.verify.succeeded import Carried

_WAITING: Final = {
    StampProgress.PENDING: "stamp.pending",
    StampProgress.LATE: "stamp.late",
    StampProgress.FAILED: "stamp.failed",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class ProvenStamp:
    """A verified stamp of a head of one log: it covers every statement whose leaf index is below `size`."""

    log: int
    size: int
    head: str
    file: str
    authority: str
    kind: AuthorityKind
    root: str
    time: datetime
    revocation: str

    def to_json(self) -> Json:
        """Return the stamp as the report's facts show it."""
        return {
            "authority": self.authority,
            "file": self.file,
            "head": self.head,
            "kind": self.kind.value,
            "revocation": self.revocation,
            "root": self.root,
            "time": format_instant(self.time),
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class Existence:
    """What the stamps prove: T by statement line, and the stamps themselves."""

    stamps: tuple[ProvenStamp, ...]
    by: Mapping[int, datetime]
    by_external: Mapping[int, datetime]


def check_existed(
    policy: Policy | None,
    logs: Sequence[LogContents],
    files: Mapping[str, bytes],
    statements: Sequence[CheckedStatement],
    carried: Sequence[Carried],
    findings: Findings,
) -> Existence:
    """Judge the stamps and what they cover. `carried`: closed logs that a statement shown here speaks for."""
    stamps: list[ProvenStamp] = []
    for log in logs:
        for head in log.heads:
            _note_waiting(head, files, findings)
            for token in head.tokens:
                stamp = _check_token(policy, log, head, files, token, findings)
                stamps += [stamp] if stamp is not None else []
    external = [stamp for stamp in stamps if stamp.kind is AuthorityKind.EXTERNAL]
    existence = Existence(
        stamps=tuple(sorted(stamps, key=lambda stamp: (stamp.head, stamp.file))),
        by=_cover(stamps, statements, carried),
        by_external=_cover(external, statements, carried),
    )
    _conclude(policy, existence, statements, findings)
    return existence


def latest(times: Mapping[int, datetime], statements: Sequence[CheckedStatement]) -> str | None:
    """Return the time by which all statements existed; None if one has none, or there are none."""
    if not statements or len(times) != len(statements):
        return None
    return format_instant(max(times.values()))


def _conclude(
    policy: Policy | None, existence: Existence, statements: Sequence[CheckedStatement], findings: Findings
) -> None:
    if policy is None:
        findings.add("policy.none")
        return
    if not policy.authorities:
        findings.add("existed.no-authority")
    for statement in statements:
        if statement.line not in existence.by:
            findings.add("existed.not-covered", show_line(statement.line))
    if inside := len(existence.by) - len(existence.by_external):
        findings.add("existed.internal-only", count=inside)
    if findings.worst is Verdict.HOLDS:
        findings.add("existed.covered", count=len(statements))


def _note_waiting(head: HeadContents, files: Mapping[str, bytes], findings: Findings) -> None:
    for state in head.states:
        if state.state in _WAITING:
            place = f"{head.folder}/{state.authority} since {format_instant(state.since)}"
            findings.add(_WAITING[state.state], place)
    proof = f"{head.folder}/opentimestamps.ots"
    if proof in files:
        findings.add("opentimestamps.not-checked", proof)


def _check_token(
    policy: Policy | None,
    log: LogContents,
    head: HeadContents,
    files: Mapping[str, bytes],
    name: str,
    findings: Findings,
) -> ProvenStamp | None:
    # Certificates take long to load; a dossier without stamps needs none of it.
    from sviedka.core.seal.stamp import verify_stamp  # noqa: PLC0415

    base = f"{head.folder}/{name}"
    try:
        if policy is None:
            _check_imprint(files[f"{base}.tsr"], head.checkpoint.digest())
            return None
        finding = verify_stamp(
            token=files[f"{base}.tsr"],
            digest=head.checkpoint.digest(),
            authorities=policy.authorities,
            chain=files[f"{base}.chain.pem"],
            crls=files.get(f"{base}.crl.pem", b""),
        )
    except Refuted:
        findings.add("stamp.refuted", f"{base}.tsr")
    except Malformed:
        findings.add("stamp.malformed", f"{base}.tsr")
    except Unproven:
        findings.add("stamp.unknown-authority", f"{base}.tsr")
    else:
        return ProvenStamp(
            log=log.number,
            size=head.checkpoint.size,
            head=head.folder,
            file=name,
            authority=finding.name,
            kind=finding.kind,
            root=finding.authority_sha256,
            time=finding.time,
            revocation=finding.revocation.value,
        )
    return None


def _check_imprint(token: bytes, digest: bytes) -> None:
    """Compare what was stamped without asking who stamped it: that much needs no policy."""
    from sviedka.core.seal.stamp import SHA256_OID, StampRefuted  # noqa: PLC0415
    from sviedka.core.seal.stamp_message import parse_reply  # noqa: PLC0415

    imprint = parse_reply(token).tst_info.message_imprint
    if imprint.hash_algorithm.dotted_string != SHA256_OID or imprint.message != digest:
        raise StampRefuted("The token was made for other bytes.")


def _cover(
    stamps: Iterable[ProvenStamp], statements: Sequence[CheckedStatement], carried: Sequence[Carried]
) -> dict[int, datetime]:
    by_log: dict[int, list[tuple[datetime, int]]] = {}
    for stamp in sorted(stamps, key=lambda stamp: stamp.time):
        by_log.setdefault(stamp.log, []).append((stamp.time, stamp.size))
    found: dict[int, datetime] = {}
    for statement in statements:
        times = (time for time, size in by_log.get(statement.log, ()) if statement.leaf_index < size)
        earliest = next(times, None)
        if earliest is not None:
            found[statement.line] = earliest
    for _ in carried:  # as often as one closed log may rest on the next
        for one in carried:
            _carry(found, statements, one)
    return found


def _carry(found: dict[int, datetime], statements: Sequence[CheckedStatement], one: Carried) -> None:
    """Whatever was held of a closed log existed when the statement that names its root did."""
    by = found.get(one.line)
    if by is not None:
        for statement in statements:
            if statement.log == one.log and statement.leaf_index < one.size:
                found[statement.line] = min(by, found.get(statement.line, by))
