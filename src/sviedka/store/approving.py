# SPDX-License-Identifier: AGPL-3.0-or-later
"""Asking somebody to approve something, and finding who has.

An approval names the statement that it approves (a wish to erase, a release) and the action that it approves it for. It
carries the approver's own assertion, whoever is logged in. How many are needed, and of whom, is the action's to say.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sviedka.core.base.errors import Unproven
from sviedka.core.base.ids import StatementId, SubjectId, UserId
from sviedka.core.seal.statement import parse_jwt, read_disclosures
from sviedka.store.asserted_admission import admit_asserted
from sviedka.store.connect import database_failures
from sviedka.store.drafting import Drafter, Saying
from sviedka.store.ledger import find_approvals_of, find_case_of, find_disclosures
from sviedka.store.session import open_store
from sviedka.vault.clock import now
from sviedka.vault.entropy import new_id

if TYPE_CHECKING:
    from sviedka.core.seal.statement import Statement
    from sviedka.keeper.asserting import Assertor
    from sviedka.keeper.client import Keeper
    from sviedka.store.admission import Admitted
    from sviedka.store.engine import Database
    from sviedka.vault.layout import Archive

TYPE = "approval/1"


class StatementUnknown(Unproven):
    """No statement of this identifier is in the archive."""

    code = "unproven.statement-unknown"
    hint = "Give the statement's identifier, 32 digits, as the command that recorded it printed it."


@dataclass(frozen=True, kw_only=True)
class Approval:
    """An approval in the log. Its assertion was checked by the keeper before it signed, and is again by `rebuild`."""

    jti: StatementId
    by: UserId


def approve(
    archive: Archive,
    keeper: Keeper,
    statement: StatementId,
    *,
    action: str,
    by: UserId,
    assertor: Assertor,
    note: str | None = None,
) -> Admitted:
    """Have `by` approve a statement for an action, and record that.

    Args:
        archive: Where it stands.
        keeper: Signs as the person who is logged in, who may be another than `by`.
        statement: What is approved.
        action: What for: small letters and dashes, such as `erase`.
        by: Who approves.
        assertor: Gets their assertion, such as `sviedka.keeper.asserting.with_passphrase`.
        note: A line that goes into the approval.

    Raises:
        StatementUnknown: There is no such statement. Nothing was recorded.
        DoesNotFit: `action` or `note` is not of its shape. Nothing was recorded.
        Failure: As `admit_asserted`.
    """
    database = open_store(archive, keeper)
    with database_failures():
        case = find_case_of(database, statement)
    if case is None:
        raise StatementUnknown("There is no statement {jti} in this archive.", jti=statement)
    saying = Saying(
        jti=StatementId(new_id()),
        case=case,
        type=TYPE,
        subject=SubjectId(statement),
        fields={"approves": statement, "action": action, "by": by} | ({} if note is None else {"note": note}),
    )
    draft = Drafter(database, archive_cell=keeper.facts().archive_cell).draft(saying, now())
    (admitted,) = admit_asserted(archive, keeper, [draft], assertor)
    return admitted


def read_approvable(archive: Archive, keeper: Keeper, statement: StatementId) -> Statement | None:
    """Return what a statement says that somebody is to approve; None where a part of it is withheld.

    Raises:
        StatementUnknown: There is no such statement.
    """
    database = open_store(archive, keeper)
    with database_failures():
        known = find_case_of(database, statement) is not None
        found = find_disclosures(database, [statement])
    if not known:
        raise StatementUnknown("There is no statement {jti} in this archive.", jti=statement)
    if statement not in found:
        return None
    jwt, texts = found[statement]
    return read_disclosures(parse_jwt(jwt), texts)


def find_approvals(database: Database, statement: StatementId, action: str) -> tuple[Approval, ...]:
    """Return who approves `statement` for `action`, each person once, in the order of the log of each desk."""
    with database_failures():
        listed = find_approvals_of(database, statement)
        found = find_disclosures(database, listed)
    read = [read_disclosures(parse_jwt(found[jti][0]), found[jti][1]) for jti in listed if jti in found]
    first: dict[str, Approval] = {}
    for one in read:
        by = one.fields.get("by")
        if _approves(one, statement, action) and isinstance(by, str):
            first.setdefault(by, Approval(jti=one.head.jti, by=UserId(by)))
    return tuple(first.values())


def _approves(read: Statement, statement: StatementId, action: str) -> bool:
    return read.type == TYPE and read.fields.get("approves") == statement and read.fields.get("action") == action
