# SPDX-License-Identifier: AGPL-3.0-or-later
"""Make `examples/three-lists`: the same invented people on three lists in be, ru and Latin letters, and who is who.

    python tools/example_three_lists.py           write them
    python tools/example_three_lists.py --check   compare with what is there

The truth goes into a folder of its own. Nothing of the program reads it; tests do.
"""

from __future__ import annotations

import csv
import io
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import numpy as np
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

from sviedka.bench.invented_lists import ListPlan, Truth, invent_lists

FOLDER: Final = Path(__file__).resolve().parent.parent / "examples" / "three-lists"
PEOPLE: Final = 420
SEED: Final = 2020
PLANS: Final = (
    ListPlan(name="organisation", capture=0.40, spellings={"be": 1.0}, patronymic=0.15, pseudonym=0.01),
    ListPlan(name="court", capture=0.34, spellings={"ru": 1.0}, patronymic=0.9),
    ListPlan(name="press", capture=0.28, spellings={"passport": 0.4, "ru-latin": 0.2, "lacinka": 0.1, "en": 0.3},
             patronymic=0.05, pseudonym=0.01),
)  # fmt: skip
_BE: Final = ("Прозвішча", "Імя", "Імя па бацьку", "Пол", "Дата нараджэння", "Горад", "Дата затрымання", "Заўвага")
_RU: Final = ("ФИО", "Пол", "Дата рождения", "Город", "Дата задержания", "Примечание")
_EN: Final = ("family_name", "given_name", "sex", "date_of_birth", "city", "held_on", "note")
_INVENTED: Final = ("выдуманы чалавек", "вымышленное лицо", "invented person")

Row = dict[str, str]


def make() -> tuple[dict[str, bytes], Truth]:
    """Return each file's bytes by its path below the folder, and the truth."""
    lists, truth = invent_lists(PEOPLE, np.random.default_rng(SEED), plans=PLANS, uneven=(1.6, 0.8), traps=0.03)
    organisation, court, press = (table.to_pylist() for table in lists.tables)
    return {
        "organisation.csv": _organisation(organisation),
        "court.xlsx": _court(court),
        "press.parquet": _press(press),
        "truth/truth.csv": _truth(truth, lists.names),
    }, truth


def _organisation(rows: list[Row]) -> bytes:
    sexes = {"m": "м", "f": "ж", "": ""}
    return _csv(
        [_BE, *([row["surname"], row["given"], row["patronymic"], sexes[row["sex"]], row["born"], row["city"],
                 row["event"], _INVENTED[0]] for row in rows)]
    )  # fmt: skip


def _court(rows: list[Row]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Список"
    sheet.append(_RU)
    sexes = {"m": "муж.", "f": "жен.", "": ""}
    for row in rows:
        name = " ".join(filter(None, (row["surname"], row["given"], row["patronymic"])))
        sheet.append([name, sexes[row["sex"]], _dotted(row["born"]), row["city"], _dotted(row["event"]), _INVENTED[1]])
    book.properties.created = book.properties.modified = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _press(rows: list[Row]) -> bytes:
    columns = [[row[name] for row in rows] for name in ("surname", "given", "sex", "born", "city", "event")]
    columns.append([_INVENTED[2]] * len(rows))
    written = io.BytesIO()
    pq.write_table(pa.table(dict(zip(_EN, columns, strict=True))), written)
    return written.getvalue()


def _truth(truth: Truth, names: tuple[str, ...]) -> bytes:
    """Each record's person, then the people who are on no list."""
    rows: list[tuple[object, ...]] = [("list", "row", "person")]
    for number, name in enumerate(names):
        mine = truth.person_of[truth.list_of == number].tolist()
        rows += [(name, row, person) for row, person in enumerate(mine, start=1)]
    rows += [("", "", person) for person in sorted(set(range(truth.people)) - set(truth.person_of.tolist()))]
    return _csv(rows)


def _csv(rows: list[object]) -> bytes:
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows(rows)  # type: ignore[arg-type]
    return written.getvalue().encode("utf-8")


def _dotted(text: str) -> str:
    """Write a date as Russian offices do: 3 May 1987 is 03.05.1987."""
    return ".".join(reversed(text.split("-")))


def read_cells(data: bytes) -> list[tuple[object, ...]]:
    """Return what stands in a workbook: its bytes differ with the version of the library that packed it."""
    return list(openpyxl.load_workbook(io.BytesIO(data)).active.iter_rows(values_only=True))


def differing(folder: Path = FOLDER) -> list[str]:
    """Return the files that are not as this program makes them, by content."""
    reading = {".xlsx": read_cells, ".parquet": lambda data: pq.read_table(io.BytesIO(data)).to_pylist()}
    wrong = []
    for name, data in make()[0].items():
        read = reading.get(Path(name).suffix, bytes)
        if not (folder / name).is_file() or read((folder / name).read_bytes()) != read(data):
            wrong.append(name)
    return wrong


def main() -> None:
    """Write or compare."""
    if "--check" in sys.argv:
        wrong = differing()
        sys.exit("differs: " + ", ".join(wrong) if wrong else 0)
    for name, data in make()[0].items():
        (FOLDER / name).parent.mkdir(parents=True, exist_ok=True)
        (FOLDER / name).write_bytes(data)


if __name__ == "__main__":
    main()
