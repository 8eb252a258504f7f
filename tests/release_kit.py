# ruff: noqa: RUF001  # Belarusian is meant
"""A small plan of a release and counts for it, invented, and how to make it in a test."""

PLAN = """
plan: 1
languages: [en, be]
title: {en: Complaints (invented), be: Скаргі (прыдуманыя)}
unit: complaints
population: invented complaints
as_of: "DAY"
coverage: {en: All that were invented., be: "Усе, якія былі прыдуманыя."}
method: counted once each
certainty: documented-minimum
counts: counts.csv
dimensions:
  - name: place
    title: {en: Place, be: Месца}
    categories:
      - {code: north, title: {en: North, be: Поўнач}, parts: [n1, n2, n3]}
      - {code: south, title: {en: South, be: Поўдзень}, parts: [s1, s2]}
  - name: outcome
    title: {en: Outcome, be: Вынік}
    categories: [refused, no-reply, referred]
tables:
  - {name: by-district, title: {en: By district, be: Паводле раёна}, across: [place, outcome]}
  - {name: by-outcome, title: {en: By outcome, be: Паводле выніку}, across: [outcome]}
figures:
  - {text: more than 900, unit: complaints received, as_of: "2020-09-18", source: an authority}
"""
PLACES = ("n1", "n2", "n3", "s1", "s2")
OUTCOMES = ("refused", "no-reply", "referred")
NUMBERS = (40, 4, 31, 22, 17, 60, 3, 48, 35, 26, 51, 44, 29, 33, 2)


def plan(day="2020-12-31", more=""):
    return (PLAN.replace("DAY", day) + more).encode()


def counts(numbers=NUMBERS, head="place,outcome,count"):
    pairs = [(place, outcome) for place in PLACES for outcome in OUTCOMES]
    lines = [f"{place},{outcome},{number}" for (place, outcome), number in zip(pairs, numbers, strict=True)]
    return "\n".join([head, *lines, ""]).encode()


def write(folder, *, day="2020-12-31", numbers=NUMBERS, more=""):
    """Write plan and counts into a new folder; return the plan's path."""
    folder.mkdir()
    (folder / "plan.yaml").write_bytes(plan(day, more))
    (folder / "counts.csv").write_bytes(counts(numbers))
    return folder / "plan.yaml"
