# SPDX-License-Identifier: AGPL-3.0-or-later
"""People whose names can be spellings of one: groups to be judged, never a finding that two are one person.

The number of groups is the fewest people that the names allow, the number of people the most.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sviedka.core.count.names.keys import NameKeys


def group_names(people: Sequence[Sequence[NameKeys]]) -> tuple[int, ...]:
    """Return the number of each person's group, counted from 0 in the order of their first member.

    Two people stand in one group if a name of the one and a name of the other share a key of the surname and a row or key of the
    given name, and neither their fathers' names nor their sexes are known to differ; and so on from one to the next.

    Args:
        people: For each person their names, in however many spellings; none makes a group of its own.
    """
    leader = list(range(len(people)))
    known: dict[str, list[int]] = {}
    for person, names in enumerate(people):
        for key in dict.fromkeys(key for name in names for key in name.surname_keys):
            for other in known.setdefault(key, []):
                if _may_be_one(names, people[other]):
                    _join(leader, person, other)
            known[key].append(person)
    numbers: dict[int, int] = {}
    return tuple(numbers.setdefault(_find(leader, person), len(numbers)) for person in range(len(people)))


def _may_be_one(left: Sequence[NameKeys], right: Sequence[NameKeys]) -> bool:
    if _differ(_fathers(left), _fathers(right)) or _differ(_sexes(left), _sexes(right)):
        return False
    return any(_share_names(one, other) for one in left for other in right)


def _share_names(one: NameKeys, other: NameKeys) -> bool:
    if frozenset(one.surname_keys).isdisjoint(other.surname_keys):
        return False
    if one.given_ids and other.given_ids:
        return not frozenset(one.given_ids).isdisjoint(other.given_ids)
    return not frozenset(one.given_keys).isdisjoint(other.given_keys)


def _fathers(names: Sequence[NameKeys]) -> frozenset[str]:
    return frozenset(father for name in names for father in name.father_ids)


def _sexes(names: Sequence[NameKeys]) -> frozenset[str]:
    return frozenset(name.sex for name in names if name.sex is not None)


def _differ(ours: frozenset[str], theirs: frozenset[str]) -> bool:
    return bool(ours and theirs) and ours.isdisjoint(theirs)


def _join(leader: list[int], one: int, other: int) -> None:
    first, second = sorted((_find(leader, one), _find(leader, other)))
    leader[second] = first


def _find(leader: list[int], person: int) -> int:
    *_, last = _up(leader, person)
    return last


def _up(leader: list[int], person: int) -> Iterator[int]:
    """Yield a person's leader, its leader, and so on to the one that leads itself; halves the way as it goes."""
    while leader[person] != person:
        leader[person] = leader[leader[person]]
        person = leader[person]
    yield person
