# SPDX-License-Identifier: AGPL-3.0-or-later
"""From one statement, as it was read back, to the rows it adds: the same for a live admission and for a rebuild.

A pure function of the statement, its place and what could be opened of it; no row depends on the clock or on the
machine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sviedka.core.base.errors import Malformed
from sviedka.core.seal.merkle import leaf_hash
from sviedka.core.seal.statement import Statement, common_facts, parse_jwt, read_disclosures
from sviedka.store.columns import join_words
from sviedka.store.projecting import project
from sviedka.store.rows import PASSAGE, SUBJECT, Folded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sviedka.core.seal.statement import CommonFacts, Group
    from sviedka.store.rows import Row


def read_groups(jwt: bytes, groups: Sequence[Group]) -> Statement:
    """Put a statement back together from its leaf and the groups that are open."""
    return read_disclosures(parse_jwt(jwt), [text for group in groups for text in group.disclosures])


def fold(statement: Statement, *, jwt: bytes, groups: Sequence[Group], desk: str, leaf_index: int) -> Folded:
    """Return what `statement` adds to the tables.

    Args:
        statement: Already verified by the caller, or composed by our own keeper a moment ago.
        groups: Its disclosures by cells, withheld groups among them.
        jwt: The leaf.
        desk: In whose log it stands.
        leaf_index: Its place in the desk's log.

    Raises:
        CommonWithheld: Its type, subject, heads, time or case could not be opened.
    """
    facts = common_facts(statement)
    jti, author, at = statement.head.jti, statement.author, _moment(facts)
    if author is None:
        raise Malformed("Statement {jti} does not say who made it.", jti=jti)
    row: Row = (
        jti, facts.case, desk, leaf_index, leaf_hash(jwt), jwt.decode("ascii"),
        facts.type, facts.subject, at, author,
    )  # fmt: skip
    rows: list[tuple[str, Row]] = [(SUBJECT, (facts.case, facts.subject, _kind(facts)))]
    rows += [(PASSAGE, _passage(jti, facts, group)) for group in groups]
    rows += project(statement, facts, at=at, desk=desk, leaf_index=leaf_index)
    return Folded(statement=row, head=(jti, facts.case, facts.subject), supersedes=tuple(facts.heads), rows=tuple(rows))


def _passage(jti: str, facts: CommonFacts, group: Group) -> Row:
    return jti, facts.case, join_words(group.cells), join_words(group.disclosures), int(group.withheld)


def _kind(facts: CommonFacts) -> str:
    return facts.type.partition("/")[0].partition(".")[0]


def _moment(facts: CommonFacts) -> str:
    # as Django's SQLite operations write an aware time
    return facts.at.replace(tzinfo=None).isoformat(sep=" ")
