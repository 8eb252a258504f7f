# SPDX-License-Identifier: AGPL-3.0-or-later
"""The names of one case, from the lists as they came, for a reviewer who asked for them.

It goes from a record to what its list says there, one case at a time, and never the other way: nothing here looks for a
name. The lists have to be those that were linked, byte for byte.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Refuted

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

    from sviedka.core.count.review.judgement import Record
    from sviedka.link.reading import ReadList
    from sviedka.link.run import LinkageRun

NAMES: Final = ("full_name", "family", "given", "patronymic")
"""What is shown of a record: how it is called, and nothing else."""


class ListsDiffer(Refuted):
    """The lists are not those that were linked."""

    code = "refuted.lists-differ"
    hint = "Names are shown only from the files that were linked, unchanged; their digests are in the run."


class NamesAtHand:
    """The names of the records of one linkage."""

    def __init__(self, run: LinkageRun, lists: Sequence[ReadList]) -> None:
        """Take the lists; raise `ListsDiffer` if one that was linked is not among them."""
        self._tables: dict[str, pa.Table] = {one.about.sha256: one.records.select(NAMES) for one in lists}
        for linked in run.lists:
            if linked.sha256 not in self._tables:
                raise ListsDiffer("List {list} is not the file that was linked.", list=linked.name)

    def lines(self, records: Sequence[Record]) -> list[str]:
        """Return what each record is called, in the order given; `-` where its list says nothing."""
        return [self._line(record) for record in records]

    def _line(self, record: Record) -> str:
        row = self._tables[record.list_sha256].slice(record.row - 1, 1).to_pylist()[0]
        return " ".join(row[name] for name in NAMES if row[name]) or "-"
