# SPDX-License-Identifier: AGPL-3.0-or-later
"""A linkage of the archive's own people with lists from outside: by name keys that two seats have opened for this run.

It runs within the keeper. Of the archive's people there are keys, the month and place of what was done to them, and nothing
else; what comes out is capture tables: how many people stand on just these lists. No row, no pair, no cluster and no key
leaves, for a pair of a named row and one of ours would say who ours is. The custodians answered for these lists by their
digest: a list of one name more or less would ask for that person, and they can refuse it. Spec: spec/07-keys.md §12.8.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from sviedka.core.base.errors import Refuted, Unproven
from sviedka.core.base.progress import unwatched
from sviedka.core.count.names.key_text import parse_keys
from sviedka.core.count.names.keys import NameKeys
from sviedka.keeper.errors import RequestRefused
from sviedka.link.captures import decided_captures, drawn_captures
from sviedka.link.linking import link_lists
from sviedka.link.lists_file import FIELDS, parse_link_order
from sviedka.link.reading import ReadList, read_lists
from sviedka.link.run import LinkedList
from sviedka.link.settings import LinkSettings
from sviedka.store.records.plain_yaml import MAX_BYTES
from sviedka.vault.clock import now
from sviedka.vault.disk_errors import translating

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sviedka.core.base.canonical import Json
    from sviedka.core.base.progress import Progress
    from sviedka.keeper.jobs import JobKeys
    from sviedka.keeper.link_runs import PeopleKeys
    from sviedka.link.lists_file import LinkOrder

FEWEST: Final = 20
"""Records that each list must have, ours as well: fewer would ask about somebody in particular."""
TOLD: Final = ("event_date", "place", "facility")
"""What is told of an archive's person beside the keys."""


class ListsChanged(Refuted):
    """The lists are not those that the custodians answered for."""

    code = "refuted.lists-changed"
    hint = "Ask again for these lists; the order is spent."


class ListTooShort(Unproven):
    """A list is so short that the linkage would ask about somebody in particular."""

    code = "unproven.list-too-short"
    hint = "Counting people needs longer lists. Whether one person is here is never answered."


@dataclass(frozen=True, kw_only=True, eq=False)
class OutsideLists:
    """Lists from outside, as read, and the digest that names them: of the lists file and of each list's bytes."""

    path: Path
    order: LinkOrder
    lists: tuple[ReadList, ...]
    sha256: str

    def sizes(self) -> str:
        """Return the name and the records of each list, for whoever is asked."""
        return ", ".join(f"{one.about.name}: {one.about.rows}" for one in self.lists)


def read_outside(path: Path, progress: Progress) -> OutsideLists:
    """Read a lists file and its lists.

    Raises:
        ListTooShort: One of them has fewer than `FEWEST` records.
        ListsRefused, FileRefused, TooLarge, DiskError: As `parse_link_order` and `read_lists`.
    """
    with translating(), path.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    order = parse_link_order(data)
    lists = read_lists(order, path.parent, progress)
    for one in lists:
        _require_length(one.about.name, one.about.rows)
    digest = hashlib.sha256(hashlib.sha256(data).digest())
    for one in lists:
        digest.update(bytes.fromhex(one.about.sha256))
    return OutsideLists(path=path.resolve(), order=order, lists=lists, sha256=digest.hexdigest())


def job(keys: JobKeys, arguments: Json, progress: Progress) -> Json:
    """Return the capture tables of one linkage. Runs within the keeper, for an answered order only.

    Args:
        keys: With `name_keys`.
        arguments: `lists` (path of the lists file), `lists_sha256`, `name` (of the archive's list), `seed`, and `people`: by
            identifier what is told of each (`TOLD`). Untrusted.
        progress: Told steps.

    Raises:
        RequestRefused: Nobody has answered an order for it, or an argument is missing.
        ListsChanged: The files are no longer those.
        ListTooShort, TooFewRecords, UnknownVersion: Nothing is told.
    """
    if keys.name_keys is None or not isinstance(arguments, dict):
        raise RequestRefused("Link cells are opened for an order that two seats have answered, and not else.")
    outside = read_outside(Path(_text(arguments, "lists")), unwatched)
    if outside.sha256 != arguments.get("lists_sha256"):
        raise ListsChanged("The lists are not those that the custodians answered for.")
    people, seed = arguments.get("people"), arguments.get("seed")
    if not isinstance(people, dict) or not isinstance(seed, int):
        raise RequestRefused("A linkage with lists lacks what is told of its people.")
    own = key_list(keys.name_keys(), people, name=_text(arguments, "name"), origin=keys.origin)
    run = link_lists(
        (own, *outside.lists),
        counted=outside.order.counted,
        as_of=now().date(),
        settings=LinkSettings(seed=seed, threads=1),
        progress=progress,
    )
    tables = (decided_captures(run), *drawn_captures(run))
    return {
        "lists": [*tables[0].lists],
        "tables": [[int(number) for number in table.people] for table in tables],
        "records": [one.rows for one in run.lists],
    }


def key_list(people: PeopleKeys, told: Mapping[str, Json], *, name: str, origin: str) -> ReadList:
    """Return the archive's people as a list without names.

    Args:
        people: Identifier and lines of name keys of each.
        told: By identifier what is told of each; untrusted, of the wrong shape it is nothing.
        name: Of the list.
        origin: The archive's log.

    Raises:
        ListTooShort: Fewer than `FEWEST`.
        UnknownVersion, KeysMalformed: A line is none.
    """
    _require_length(name, len(people))
    keys = tuple(_merged([parse_keys(line) for line in lines]) for _, lines in people)
    columns: dict[str, list[str | None]] = {field: [None] * len(people) for field in FIELDS}
    columns["sex"] = [one.sex for one in keys]
    for place, (person, _) in enumerate(people):
        said = told.get(str(person))
        for field in TOLD:
            value = said.get(field) if isinstance(said, dict) else None
            columns[field][place] = value if isinstance(value, str) and value else None
    table = pa.table({field: pa.array(values, pa.string()) for field, values in columns.items()})
    about = LinkedList(
        name=name, holder=origin, provenance="records of this archive", sha256="0" * 64, rows=len(people)
    )
    return ReadList(about=about, records=table, keys=keys)


def _merged(names: Sequence[NameKeys]) -> NameKeys:
    """Return the keys of a person by all their names: any of them may be the one that another list has."""

    def of_all(part: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(key for one in names for key in getattr(one, part)))

    def one_of(part: str) -> str | None:
        found = {getattr(one, part) for one in names} - {None}
        return found.pop() if len(found) == 1 else None

    ids = of_all("given_ids")
    return NameKeys(
        surname_keys=of_all("surname_keys"),
        given_id=ids[0] if len(ids) == 1 else None,
        given_ids=ids,
        given_keys=of_all("given_keys"),
        patronymic_id=one_of("patronymic_id"),
        sex=one_of("sex"),
    )


def _require_length(name: str, records: int) -> None:
    if records < FEWEST:
        raise ListTooShort("{list}: {records} records; at least {least} are needed.", list=name, records=records, least=FEWEST)  # fmt: skip


def _text(arguments: Mapping[str, Json], name: str) -> str:
    value = arguments.get(name)
    if not isinstance(value, str):
        raise RequestRefused("A linkage with lists lacks {name}.", name=name)
    return value
