# SPDX-License-Identifier: AGPL-3.0-or-later
"""Without a scope no way that Django offers returns a row or even a count; inside one, only its cases' rows."""

import asyncio

import pytest
from django.db.models import Count, Exists, OuterRef
from folded_rows import folded

from sviedka.store.models import Head, Passage, Reference, Statement
from sviedka.store.rows import PASSAGE, Folded, one_transaction, write_rows
from sviedka.store.scope import NoScope, current_scope, in_cases, whole_archive

OURS, THEIRS = "1" * 32, "2" * 32


@pytest.fixture(autouse=True)
def two_cases(engine):
    database = engine.open()
    with one_transaction(database):
        write_rows(database, [folded("a" * 32, 0, case=OURS), folded("b" * 32, 1, case=THEIRS)])
    return database


async def _iterate():
    return [row async for row in Statement.objects.all()]


PROBES = {
    "all": lambda: list(Statement.objects.all()),
    "count": lambda: Statement.objects.filter().count(),
    "exists": lambda: Statement.objects.filter().exists(),
    "first": lambda: Statement.objects.filter().first(),
    "iterator": lambda: list(Statement.objects.iterator()),
    "in_bulk": lambda: Statement.objects.in_bulk(["a" * 32]),
    "aggregate": lambda: Statement.objects.aggregate(Count("jti")),
    "distinct": lambda: list(Statement.objects.distinct()),
    "none": lambda: list(Statement.objects.none()),
    "exclude then exists": lambda: Statement.objects.exclude(jti="x").exists(),
    "text of the query": lambda: str(Statement.objects.filter(jti="x").query),
    "async for": lambda: asyncio.run(_iterate()),
    "base manager": lambda: list(Statement._base_manager.all()),
    "default manager": lambda: list(Statement._default_manager.all()),
    "refresh_from_db": lambda: Statement(jti="a" * 32).refresh_from_db(),
    "forward relation": lambda: Passage(statement_id="a" * 32).statement,
    "raw": lambda: list(Statement.objects.raw("SELECT * FROM store_statement")),
    "get": lambda: Statement.objects.get(jti="a" * 32),
    "values_list": lambda: list(Statement.objects.values_list("jwt")),
    "earliest": lambda: Statement.objects.earliest("at"),
    "select_related": lambda: list(Passage.objects.select_related("statement")),
    "values across a join": lambda: list(Passage.objects.values_list("statement__jwt")),
    "filter across a join": lambda: list(Passage.objects.filter(statement__jwt__startswith="j")),
    "explain": lambda: Statement.objects.all().explain(),
    "union": lambda: list(Statement.objects.all().union(Statement.objects.all())),
    "dates": lambda: list(Statement.objects.datetimes("at", "day")),
}


@pytest.mark.parametrize("name", PROBES)
def test_without_a_scope_a_probe_is_refused(name):
    with pytest.raises(NoScope):
        PROBES[name]()


@pytest.mark.parametrize("name", sorted(set(PROBES) - {"raw", "none", "refresh_from_db", "async for"}))
def test_control_the_same_probe_finds_something_inside_a_scope(name):
    with in_cases(OURS):
        assert PROBES[name]() not in (None, [], 0)
        Statement(jti="a" * 32).refresh_from_db()


def test_inside_a_scope_only_its_rows_are_there():
    with in_cases(OURS):
        assert [row.jti for row in Statement.objects.all()] == ["a" * 32]
        assert Statement.objects.count() == 1
        assert not Statement.objects.filter(jti="b" * 32).exists()
    with in_cases(OURS, THEIRS):
        assert Statement.objects.count() == 2


def test_joins_reach_no_row_of_another_case():
    with in_cases(OURS):
        assert [jti for (jti,) in Passage.objects.values_list("statement__jti")] == ["a" * 32]
        assert list(Passage.objects.filter(statement__jti="b" * 32)) == []
        assert Passage.objects.aggregate(n=Count("statement"))["n"] == 1
        assert [row.statement.jti for row in Passage.objects.select_related("statement")] == ["a" * 32]
        assert list(Reference.objects.values_list("statement__jwt")) == [("jwt",)]
        found = Head.objects.filter(Exists(Statement.objects.filter(jti=OuterRef("jti"))))
        assert [head.jti for head in found] == ["a" * 32]


def test_no_row_can_point_into_another_case(two_cases):
    crossing = Folded(
        statement=(
            "9" * 32,
            OURS,
            "minsk-1",
            2,
            bytes(32),
            "jwt",
            "claim/1",
            "9" * 32,
            "2026-11-21 22:53:00",
            "c" * 32,
        ),
        head=("9" * 32, OURS, "9" * 32),
        rows=((PASSAGE, ("b" * 32, OURS, "d" * 32, "secret", False)),),
    )
    with pytest.raises(Exception, match="points out of its case"), one_transaction(two_cases):
        write_rows(two_cases, [crossing])
    with whole_archive():
        assert Statement.objects.count() == 2


def test_a_scope_inside_another_only_narrows():
    with in_cases(OURS), pytest.raises(NoScope), in_cases(OURS, THEIRS):
        pass
    with in_cases(OURS, THEIRS), in_cases(THEIRS):
        assert [row.jti for row in Statement.objects.all()] == ["b" * 32]


def test_a_scope_ends_with_its_block_and_names_a_case():
    with in_cases(OURS):
        pass
    with pytest.raises(NoScope):
        current_scope()
    with pytest.raises(NoScope), in_cases():
        pass


def test_a_scope_is_not_seen_by_another_thread():
    from threading import Thread

    seen = []

    def probe():
        try:
            current_scope()
        except NoScope:
            seen.append("refused")

    with in_cases(OURS):
        thread = Thread(target=probe)
        thread.start()
        thread.join()
    assert seen == ["refused"]


WRITES = {
    "create": lambda: Statement.objects.create(jti="f" * 32),
    "update": lambda: Statement.objects.update(jwt="other"),
    "delete": lambda: Statement.objects.all().delete(),
    "bulk_create": lambda: Statement.objects.bulk_create([Statement(jti="f" * 32)]),
    "save": lambda: Statement(jti="f" * 32).save(),
    "delete one": lambda: Statement(jti="a" * 32).delete(),
}


@pytest.mark.parametrize("name", WRITES)
def test_rows_are_not_written_through_the_models(name):
    with in_cases(OURS), pytest.raises(TypeError, match=r"sviedka\.store\.rows"):
        WRITES[name]()
