# SPDX-License-Identifier: AGPL-3.0-or-later
"""Judgements of clusters as statements: recorded one by one as people make them, read back all together.

They belong to the archive's own case. The id of a cluster follows from its records under the archive's label key, so that
two reviewers speak of one subject and nobody outside can look for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from sviedka.core.base.canonical import encode_canonical
from sviedka.core.base.ids import StatementId, SubjectId
from sviedka.core.base.instants import format_instant
from sviedka.core.base.progress import unwatched
from sviedka.core.count.review.judgement import JudgementMalformed, parse_judgement, record_fields, to_fields
from sviedka.core.seal.statement import parse_jwt, read_disclosures
from sviedka.store.admission import GROUP, admit
from sviedka.store.connect import database_failures
from sviedka.store.drafting import Drafter, Saying
from sviedka.store.house import own_case
from sviedka.store.labels import LabelIds
from sviedka.store.ledger import find_disclosures, find_typed
from sviedka.store.projecting import rank_of
from sviedka.store.session import open_store
from sviedka.vault.clock import now
from sviedka.vault.entropy import new_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sviedka.core.base.canonical import Json
    from sviedka.core.base.progress import Progress
    from sviedka.core.count.review.judgement import Judgement, Record
    from sviedka.keeper.client import Keeper
    from sviedka.vault.layout import Archive

JUDGED: Final = "judgement/1"
SHOWN: Final = "names.shown/1"


@dataclass(frozen=True, kw_only=True)
class ReadJudgements:
    """Judgements, the older first, and the statements that fit the type of one and say nothing that can be judged."""

    judgements: tuple[Judgement, ...]
    unread: tuple[StatementId, ...]


def record_judgements(
    archive: Archive,
    keeper: Keeper,
    judgements: Sequence[Judgement],
    *,
    run_sha256: str,
    progress: Progress | None = None,
) -> int:
    """Record what was judged, as the person who is logged in; return how many were new.

    A rule that judges the same again adds nothing; a person who does, judges again.

    Args:
        archive: Where to.
        keeper: Signs. Reviewer and time are those of the statement, whatever `by` and `rank` say.
        judgements: What was judged.
        run_sha256: Digest of the run that was looked at, in hexadecimal.
        progress: Told statements.

    Raises:
        DiskFull, ReadOnly, DiskError, Locked: What was admitted before stands.
    """
    facts = keeper.facts()
    ids = LabelIds(keeper.label_key())
    try:
        sayings = [_saying(one, ids, own_case(facts), facts.origin, run_sha256) for one in judgements]
    finally:
        ids.wipe()
    advance = progress or unwatched
    advance(0, len(sayings))
    drafter = Drafter(open_store(archive, keeper), archive_cell=facts.archive_cell)
    new = 0
    for start in range(0, len(sayings), GROUP):
        drafts = [drafter.draft(saying, now()) for saying in sayings[start : start + GROUP]]
        new += sum(not one.already for one in admit(archive, keeper, drafts))
        advance(len(drafts))
    return new


def read_judgements(archive: Archive, keeper: Keeper) -> ReadJudgements:
    """Return every judgement in the archive, of all desks. What any one desk states keeps nobody from reading the others."""
    database = open_store(archive, keeper)
    with database_failures():
        places = find_typed(database, JUDGED)
        found = find_disclosures(database, list(places))
    judgements: list[Judgement] = []
    unread: list[StatementId] = []
    for jti, (jwt, texts) in found.items():
        statement = read_disclosures(parse_jwt(jwt), texts)
        desk, index = places[StatementId(jti)]
        at = "" if statement.at is None else format_instant(statement.at)
        rank = rank_of(at=at, desk=desk, leaf_index=index)
        try:
            judgements.append(parse_judgement(statement.fields, by=statement.author or "", rank=rank))
        except JudgementMalformed:
            unread.append(StatementId(jti))
    return ReadJudgements(judgements=tuple(sorted(judgements, key=lambda one: one.rank)), unread=tuple(sorted(unread)))


def record_names_shown(
    archive: Archive, keeper: Keeper, records: Sequence[Record], *, run_sha256: str, purpose: str
) -> StatementId:
    """Record that the names of a cluster are about to be shown to the person who is logged in."""
    facts = keeper.facts()
    ids = LabelIds(keeper.label_key())
    try:
        subject = cluster_id(records, ids, own_case(facts))
    finally:
        ids.wipe()
    fields: dict[str, Json] = {"run_sha256": run_sha256, "purpose": purpose, **record_fields(records)}
    jti = StatementId(new_id())
    saying = Saying(jti=jti, case=own_case(facts), type=SHOWN, subject=subject, fields=fields)
    drafter = Drafter(open_store(archive, keeper), archive_cell=facts.archive_cell)
    admit(archive, keeper, [drafter.draft(saying, now())])
    return jti


def cluster_id(records: Sequence[Record], ids: LabelIds, case: SubjectId) -> SubjectId:
    """Return the subject that a cluster of just these records is. Source: spec/09-count.md §9.2."""
    named: list[Json] = [[record.list_sha256, record.row] for record in records]
    return ids.subject(case, "cluster-" + sha256(encode_canonical(named)).hexdigest())


def _saying(judgement: Judgement, ids: LabelIds, case: SubjectId, origin: str, run_sha256: str) -> Saying:
    fields = to_fields(judgement, run_sha256=run_sha256)
    subject = cluster_id(judgement.records, ids, case)
    jti = new_id() if judgement.rule is None else ids.statement(case, subject, dict(fields), origin=origin)
    return Saying(jti=StatementId(jti), case=case, type=JUDGED, subject=subject, fields=fields)
