# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a person can agree to: for what, to whom, how recognisable, with which material, until when.

Reading is strict, because a grant that is misread hands over what nobody allowed. Spec: spec/08-dossier.md §8.10.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Malformed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sviedka.core.base.canonical import Json

MAX_GRANTS: Final = 64
MAX_RECIPIENTS: Final = 64
RECIPIENT: Final = re.compile(r"[a-z][a-z0-9-]{0,63}", re.ASCII)

_MEMBERS: Final = frozenset({"purpose", "recipients", "level", "material", "until"})
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


class GrantMalformed(Malformed):
    """A consent whose grants are not understood. It allows nothing."""

    code = "malformed.grant"
    hint = "Record the consent again; until then it counts as no."


class Purpose(StrEnum):
    """What material may be used for."""

    CASEWORK = "casework"
    STATISTICS = "statistics"
    PUBLICATION_ANONYMISED = "publication-anonymised"
    PUBLICATION_PSEUDONYM = "publication-pseudonym"
    PUBLICATION_NAMED = "publication-named"
    UN_SPECIAL_PROCEDURES = "un-special-procedures"
    UN_INVESTIGATION = "un-investigation"
    PROSECUTION_ABROAD = "prosecution-abroad"
    INTERNATIONAL_COURT = "international-court"
    DOMESTIC_AUTHORITIES = "domestic-authorities"
    PARTNER_ORGANISATIONS = "partner-organisations"
    MEDIA = "media"
    RESEARCH = "research"
    MACHINE_LEARNING = "machine-learning"


class Level(StrEnum):
    """How recognisable a person may be, highest first."""

    FULL = "full"
    INITIALS = "initials"
    PSEUDONYM = "pseudonym"
    ANONYMOUS = "anonymous"
    AGGREGATE = "aggregate"

    @property
    def rank(self) -> int:
        """Position from the least recognisable (0) up."""
        return -list(Level).index(self) + len(Level) - 1


class Material(StrEnum):
    """What kind of thing shows the person."""

    STATEMENT_TEXT = "statement-text"
    AUDIO = "audio"
    VIDEO = "video"
    IMAGE_OF_FACE = "image-of-face"
    MEDICAL = "medical"
    SEXUAL_VIOLENCE = "sexual-violence"
    CONTACT = "contact"
    DOCUMENT = "document"


@dataclass(frozen=True, kw_only=True, slots=True)
class Grant:
    """One thing a person agreed to. `until` is the last day on which it counts; None has no end."""

    purpose: Purpose
    recipients: frozenset[str]
    level: Level
    material: frozenset[Material]
    until: date | None

    def counts_on(self, day: date) -> bool:
        """Tell whether the grant has not ended by `day`."""
        return self.until is None or day <= self.until


@dataclass(frozen=True, kw_only=True, slots=True)
class Need:
    """What a dossier asks of one person. With no `material`, any that was granted will do."""

    purpose: Purpose
    recipient: str
    level: Level
    material: frozenset[Material]


def parse_grants(value: Json) -> tuple[Grant, ...]:
    """Read the field `grants` of a consent statement.

    Untrusted: `value`. Members other than the five known ones (conditions, a remark) are kept by the statement and not
    judged here. Raises: GrantMalformed.
    """
    if not isinstance(value, list) or len(value) > MAX_GRANTS:
        raise GrantMalformed("Grants are a list of at most {most}.", most=MAX_GRANTS)
    return tuple(_parse_grant(item) for item in value)


def covers(grants: Iterable[Grant], need: Need) -> frozenset[Material] | None:
    """Return what of the needed material no grant covers (empty: all covered), or None if no grant fits at all."""
    fitting = [grant for grant in grants if _fits(grant, need)]
    if not fitting:
        return None
    return need.material - frozenset[Material]().union(*(grant.material for grant in fitting))


def narrow(standing: Iterable[Grant], left: Iterable[Grant]) -> tuple[Grant, ...]:
    """Return what remains of `standing` when only `left` may remain: the intersection, grant by grant."""
    kept = tuple(left)
    met = (_meet(one, other) for one in standing for other in kept)
    return tuple(grant for grant in met if grant is not None)


def _fits(grant: Grant, need: Need) -> bool:
    return grant.purpose is need.purpose and need.recipient in grant.recipients and grant.level.rank >= need.level.rank


def _meet(one: Grant, other: Grant) -> Grant | None:
    recipients, material = one.recipients & other.recipients, one.material & other.material
    if one.purpose is not other.purpose or not recipients or not material:
        return None
    ends = [end for end in (one.until, other.until) if end is not None]
    return Grant(
        purpose=one.purpose,
        recipients=recipients,
        level=min(one.level, other.level, key=lambda level: level.rank),
        material=material,
        until=min(ends, default=None),
    )


def _parse_grant(value: Json) -> Grant:
    if not isinstance(value, dict) or not set(value) >= _MEMBERS:
        raise GrantMalformed("A grant names purpose, recipients, level, material and until.")
    recipients, material = _words(value["recipients"]), _words(value["material"])
    if not all(RECIPIENT.fullmatch(word) for word in recipients):
        raise GrantMalformed("A recipient is a word in lower case.")
    try:
        return Grant(
            purpose=Purpose(str(value["purpose"])),
            recipients=recipients,
            level=Level(str(value["level"])),
            material=frozenset(map(Material, material)),
            until=_parse_day(value["until"]),
        )
    except ValueError as reason:
        raise GrantMalformed("A grant uses a word that has no meaning here.") from reason


def _words(value: Json) -> frozenset[str]:
    if not isinstance(value, list) or not 1 <= len(value) <= MAX_RECIPIENTS:
        raise GrantMalformed("Recipients and material are lists of 1 to {most} words.", most=MAX_RECIPIENTS)
    words = [word for word in value if isinstance(word, str)]
    if len(words) != len(value):
        raise GrantMalformed("Recipients and material are words.")
    return frozenset(words)


def _parse_day(value: Json) -> date | None:
    if value is None:
        return None
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise GrantMalformed("The end of a grant is a date like 2031-12-31.")
    return date.fromisoformat(value)
