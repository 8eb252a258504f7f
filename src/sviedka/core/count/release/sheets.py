# SPDX-License-Identifier: AGPL-3.0-or-later
"""A release as CSV, one file for each table, with the metadata that says what each column means (CSV on the Web).

Source: W3C, *Metadata Vocabulary for Tabular Data* (2015), §5; cells that a spreadsheet would take for a formula begin with an
apostrophe (OWASP, *CSV Injection*).
"""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Final

from sviedka.core.count.release.facts import tell_facts
from sviedka.core.count.release.grid import published_number
from sviedka.core.count.release.wording import WORDING

if TYPE_CHECKING:
    from sviedka.core.base.canonical import Json
    from sviedka.core.count.release.facts import Audited
    from sviedka.core.count.release.plan import PlannedTable, ReleasePlan
    from sviedka.core.count.suppress.version import Version

METADATA: Final = "tables.csv-metadata.json"
SHOWN, HIDDEN = "shown", "hidden"
WHOLE: Final = "total"
"""Stands for the total in a column of categories."""
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def guarded(text: str) -> str:
    """Return text that no spreadsheet takes for a formula."""
    return "'" + text if text.startswith(_FORMULA) else text


def render_csv(plan: ReleasePlan, planned: PlannedTable, version: Version) -> bytes:
    """Return a table with one row for each number: categories by code, the number or nothing, and whether it is hidden."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([*planned.across, plan.unit.value, "status"])
    for cell in plan.bare_table(planned).cells():
        at, number = dict(cell.at), published_number(version, cell)
        codes = [guarded(at.get(name, WHOLE)) for name in planned.across]
        writer.writerow([*codes, "" if number is None else number, HIDDEN if number is None else SHOWN])
    return text.getvalue().encode("utf-8")


def render_metadata(plan: ReleasePlan, audited: Audited) -> bytes:
    """Return the metadata of all tables of a release."""
    told: Json = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": plan.languages[0]}],
        "@type": "TableGroup",
        "dc:title": _texts(plan.title),
        "dc:date": plan.as_of,
        "dc:description": [
            {"@value": "\n".join(f"{head}: {text}" for head, text in tell_facts(plan, audited, one)), "@language": one}
            for one in plan.languages
        ],
        "tables": [_table(plan, planned) for planned in plan.tables],
    }
    return (json.dumps(told, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def _table(plan: ReleasePlan, planned: PlannedTable) -> Json:
    columns: list[Json] = [_category_column(plan, name) for name in planned.across]
    units = {language: WORDING[language].units[plan.unit.value] for language in plan.languages}
    columns.append(
        {
            "name": plan.unit.value,
            "titles": dict(units),
            "datatype": {"base": "integer", "minimum": 0},
            "null": "",
            "dc:description": _texts({one: WORDING[one].certainties[plan.certainty] for one in plan.languages}),
        }
    )
    columns.append(
        {
            "name": "status",
            "titles": "status",
            "required": True,
            "datatype": {"base": "string", "format": f"{SHOWN}|{HIDDEN}"},
        }
    )
    return {
        "url": f"{planned.name}.csv",
        "dc:title": _texts(planned.title),
        "dialect": {"header": True, "encoding": "utf-8"},
        "tableSchema": {"columns": columns, "primaryKey": list(planned.across)},
    }


def _category_column(plan: ReleasePlan, name: str) -> Json:
    dimension = plan.dimensions[name]
    return {
        "name": name,
        "titles": dict(dimension.title),
        "required": True,
        "datatype": "string",
        "sviedka:categories": {
            WHOLE: {one: WORDING[one].total for one in plan.languages},
            **{one.code: dict(one.title) for one in dimension.categories},
        },
        "sviedka:parents": {one.code: one.parent or WHOLE for one in dimension.categories},
        "sviedka:several": dimension.several,
    }


def _texts(words: dict[str, str]) -> list[Json]:
    return [{"@value": text, "@language": language} for language, text in words.items()]
