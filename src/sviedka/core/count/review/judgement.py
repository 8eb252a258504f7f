# SPDX-License-Identifier: AGPL-3.0-or-later
"""One judgement of a whole cluster: which of its records are of one person, and which are not.

It speaks of records by list and row, never by name, and of lists by the digest of their file, so that a list that
changed is not judged by what somebody saw in its older state.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final, NewType

from sviedka.core.base.errors import Malformed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sviedka.core.base.canonical import Json

MOST_RECORDS: Final = 256
"""In one judgement; nobody looks through more, and a cluster of that size is a fault of the linkage."""

Reviewer = NewType("Reviewer", str)


class Verdict(Enum):
    """What a reviewer says of a cluster."""

    SAME = "same"
    NOT_SAME = "not-same"
    UNSURE = "unsure"


class Look(Enum):
    """In which capacity somebody, or something, looked."""

    BLIND = "blind"
    """One of two reviewers, who does not see what the other said."""
    THIRD = "third"
    """Somebody who settles what two reviewers saw differently, and sees both."""
    RULE = "rule"
    """A documented rule, no person."""


class JudgementMalformed(Malformed):
    """Groups that do not fit the records, or the verdict."""

    code = "malformed.judgement"
    hint = "A judgement groups 2 to 256 different records: one group says same, several say not the same."


@dataclass(frozen=True, order=True, slots=True)
class Record:
    """A record of a list: the digest of the list's file as it came, in hexadecimal, and its row from 1."""

    list_sha256: str
    row: int


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What one reviewer said of one cluster, at one time.

    Attributes:
        records: The cluster's records, each once, in ascending order.
        groups: For each record its group, numbered from 0 in the order of appearance: one group, all are one person;
            several, the records of a group are one person and the groups are different people. Empty: unsure.
        look: In which capacity.
        by: Who; for a rule, whoever had it run.
        rank: What orders judgements in time (`store.projecting.rank_of`); a later one of the same reviewer holds.
        rule: The rule's name, if it was a rule.
        taken_back: Whether it only takes back what was said before.
    """

    records: tuple[Record, ...]
    groups: tuple[int, ...]
    look: Look
    by: Reviewer
    rank: str
    rule: str | None = None
    taken_back: bool = False

    def __post_init__(self) -> None:
        """Refuse what says nothing clear."""
        if not 2 <= len(self.records) <= MOST_RECORDS or list(self.records) != sorted(set(self.records)):
            raise JudgementMalformed("A judgement names 2 to {most} records, each once, in order.", most=MOST_RECORDS)
        if self.groups and (len(self.groups) != len(self.records) or self.groups != number_groups(self.groups)):
            raise JudgementMalformed("A judgement gives each record its group, numbered in the order of appearance.")
        if (self.look is Look.RULE) != (self.rule is not None) or (self.taken_back and self.groups):
            raise JudgementMalformed("A rule has a name, a person has none; what is taken back decides nothing.")

    @property
    def verdict(self) -> Verdict:
        """What it comes to."""
        if not self.groups:
            return Verdict.UNSURE
        return Verdict.SAME if max(self.groups) == 0 else Verdict.NOT_SAME


def number_groups(marks: Iterable[object]) -> tuple[int, ...]:
    """Number marks from 0 in the order of their appearance: b b a becomes 0 0 1."""
    numbers: dict[object, int] = {}
    return tuple(numbers.setdefault(mark, len(numbers)) for mark in marks)


def to_fields(judgement: Judgement, *, run_sha256: str) -> dict[str, Json]:
    """Return the fields of the statement `judgement/1`.

    Args:
        judgement: What was said. Reviewer and time are the statement's own author and time.
        run_sha256: Digest of the linkage run that was looked at.
    """
    fields = record_fields(judgement.records) | {
        "run_sha256": run_sha256,
        "verdict": judgement.verdict.value,
        "look": judgement.look.value,
    }
    if judgement.groups:
        fields["groups"] = list(judgement.groups)
    if judgement.rule is not None:
        fields["rule"] = judgement.rule
    return fields | ({"taken_back": True} if judgement.taken_back else {})


def record_fields(records: Sequence[Record]) -> dict[str, Json]:
    """Return the fields by which a statement names records: digests of lists, and for each record its list and row."""
    lists = sorted({record.list_sha256 for record in records})
    return {"lists": list(lists), "records": [[lists.index(record.list_sha256), record.row] for record in records]}


def parse_judgement(fields: Mapping[str, Json], *, by: str, rank: str) -> Judgement:
    """Read the fields of a statement that fits its type.

    Args:
        fields: As they are shown.
        by: The statement's author.
        rank: Of the statement.

    Raises:
        JudgementMalformed: They do not fit together, or some are withheld.
    """
    try:
        judgement = _build(fields, by, rank)
    except (KeyError, TypeError, ValueError, IndexError) as reason:
        raise JudgementMalformed("A judgement of which a part is not to be read.") from reason
    if judgement.verdict.value != fields.get("verdict"):
        raise JudgementMalformed("A judgement whose groups are not what it says.")
    return judgement


def _build(fields: Mapping[str, Json], by: str, rank: str) -> Judgement:
    lists, rule = _listed(fields["lists"]), fields.get("rule")
    records = [_listed(record) for record in _listed(fields["records"])]
    return Judgement(
        records=tuple(Record(str(lists[_number(place)]), _number(row)) for place, row in records),
        groups=tuple(_number(group) for group in _listed(fields.get("groups", []))),
        look=Look(fields["look"]),
        by=Reviewer(by),
        rank=rank,
        rule=None if rule is None else str(rule),
        taken_back=fields.get("taken_back") is True,
    )


def _listed(value: Json) -> list[Json]:
    if not isinstance(value, list):
        raise TypeError
    return value


def _number(value: Json) -> int:
    if not isinstance(value, int) or value < 0:
        raise TypeError
    return value
