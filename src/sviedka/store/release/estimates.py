# SPDX-License-Identifier: AGPL-3.0-or-later
"""The estimates that a plan names, read from the archive's own log, where nobody can have changed them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sviedka.core.base.ids import StatementId, is_id
from sviedka.core.count.release.estimates import figure_of_estimate, refuse_revealing_minimum
from sviedka.core.count.release.release_errors import PlanRefused
from sviedka.core.seal.statement import parse_jwt, read_disclosures
from sviedka.store.connect import database_failures
from sviedka.store.estimates.recording import TYPE
from sviedka.store.ledger import find_disclosures

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sviedka.core.base.schema import Fields
    from sviedka.core.count.release.plan import Figure, ReleasePlan
    from sviedka.store.engine import Database
    from sviedka.store.release.ledger import PastRelease


def read_estimates(database: Database, plan: ReleasePlan, past: Sequence[PastRelease]) -> tuple[Figure, ...]:
    """Return the estimates of a plan as figures.

    Raises:
        PlanRefused: The log has no such estimate.
        EstimateReveals: Its minimum would tell of few people.
    """
    named = [StatementId(one) for one in plan.estimates]
    found = _fields_of(database, named)
    for jti in named:
        if jti not in found:
            raise PlanRefused("This archive stated no estimate {jti}.", jti=jti)
    earlier = _fields_of(database, [one for release in past for one in estimates_of(release.fields)])
    for fields in found.values():
        refuse_revealing_minimum(fields, earlier.values(), plan.rule.threshold)
    return tuple(figure_of_estimate(jti, found[jti], plan.languages) for jti in named)


def estimates_of(release: Fields) -> list[StatementId]:
    """Return the estimates that a release's statement names."""
    return [StatementId(str(value)) for name, value in release.items() if name.split(".")[0] == "estimate"]


def _fields_of(database: Database, named: Iterable[StatementId]) -> dict[StatementId, Fields]:
    with database_failures():
        found = find_disclosures(database, [one for one in named if is_id(one)])
    read = {StatementId(jti): read_disclosures(parse_jwt(jwt), texts) for jti, (jwt, texts) in found.items()}
    return {jti: one.fields for jti, one in read.items() if one.type == TYPE}
