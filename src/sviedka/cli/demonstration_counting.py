# SPDX-License-Identifier: AGPL-3.0-or-later
"""The chapters in which people are counted: three lists of the same invented people, from linkage to published tables.

How many they are in truth is said by the narrator; the program reads it nowhere.
"""

from __future__ import annotations

import json
import re
import shutil
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

    from sviedka.cli.demonstration_stage import Stage

EXAMPLE: Final = "three-lists"
FIGURES: Final = "figures-2020"

_ID: Final = re.compile(r"\b[0-9a-f]{32}\b", re.ASCII)


def count(stage: Stage, examples: Path) -> None:
    """Play the chapters of counting in an unlocked archive."""
    shutil.copytree(examples / EXAMPLE, stage.folder / EXAMPLE, ignore=shutil.ignore_patterns("truth"))
    shutil.copy(examples / FIGURES / "figures.yaml", stage.folder)
    run = link(stage)
    review(stage, run)
    estimate(stage)
    publish(stage)


def link(stage: Stage) -> str:
    """Link the lists; return the run's identifier."""
    stage.title("Three lists of the same people")
    stage.tell(
        "An organisation, a court and the press each have a list of detained people, in Belarusian, Russian and Latin letters. All "
        "of them are invented: 420 people, of whom 280 stand on one list at least. Records of one person are found "
        "across the lists; what is kept of it is numbers, and no joined list."
    )
    said = stage.sviedka("link", f"{EXAMPLE}/lists.yaml")
    found: list[str] = _ID.findall(said)
    return found[0]


def review(stage: Stage, run: str) -> None:
    """Have the rule judge, since nobody sits at the demonstration."""
    stage.title("What is doubtful is looked at")
    stage.tell(
        "Two people judge the doubtful clusters at the terminal, neither seeing what the other said. Nobody sits at a "
        "demonstration, so a documented rule judges, and each of its judgements says that a rule made it."
    )
    stage.sviedka("review", run, "--by-rule", "--keep", "-o", "reviewed.run")


def estimate(stage: Stage) -> None:
    """Estimate how many no list has."""
    stage.title("How many are on no list")
    stage.tell(
        "What the lists document is a minimum. By how they overlap, several methods say how many there may be with those whom "
        "nobody saw; none of them alone is the answer, and in truth there are 420. This is a first look, with a tenth of the work."
    )
    stage.sviedka("estimate", "reviewed.run", "--quick", "-o", "estimate")


def publish(stage: Stage) -> None:
    """Publish a table of the documented people, with the estimate beside it."""
    stage.title("A table that gives nobody away")
    stage.tell(
        "The documented people are counted by sex, month, region and age. Small numbers are hidden, and so many others that nobody can "
        "work them out; an attacker tries. The estimate stands beside the tables and is never added to it."
    )
    stage.sviedka(
        "tabulate", "reviewed.run", "--lists", f"{EXAMPLE}/lists.yaml", "--plan", f"{EXAMPLE}/plan.yaml",
        "-o", f"{EXAMPLE}/counts.csv",
    )  # fmt: skip
    _put_estimate_beside(stage.folder / EXAMPLE / "plan.yaml", stage.folder / "estimate" / "estimate.json")
    stage.sviedka("release", f"{EXAMPLE}/plan.yaml", "-o", "published", "--passphrase-file", "passphrase", quiet=True)
    stage.sviedka("release", "--check", "published")
    stage.title("Figures that must not be added")
    stage.tell("Ten published figures of the worked case, compared two by two. The last line is the result.")
    stage.console.show("     " + stage.sviedka("figures", "figures.yaml", quiet=True).splitlines()[-1])


def _put_estimate_beside(plan: Path, report: Path) -> None:
    """Add the estimate's range to the plan as a figure, unless the data carry none."""
    told = json.loads(report.read_bytes())
    if not told["range"]:
        return
    low, high = (round(end) for end in told["range"])
    with plan.open("a", encoding="utf-8") as file:
        file.write(
            "figures:\n"
            f"  - text: {low} to {high}\n    unit: persons, with those on no list, by several methods\n"
            f'    as_of: "{told["counted"]["until"]}"\n    source: sviedka estimate, a first look\n'
            f"    low: {low}\n    high: {high}\n"
        )
