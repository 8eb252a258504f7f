# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the scope rests on, held by reading the code: no way around the manager, no hand-made SQL elsewhere."""

import re
from pathlib import Path

import pytest
from django.apps import apps

from sviedka.store.scope import ScopedManager

SOURCE = Path(__file__).parents[2] / "src" / "sviedka"
SQL_MODULES = {
    "store/rows.py",
    "store/ledger.py",
    "store/taking_back_ledger.py",
    "store/upkeep/dumping.py",
    "store/sqlcipher/base.py",
    "store/sqlcipher/turns.py",
    "store/postgresql/base.py",
    "store/postgresql/cleaning.py",
    "store/postgresql/scope_setting.py",
    "store/postgresql/fitness.py",
    "store/postgresql/locks.py",
}
"""The only modules that may hold SQL or a cursor."""

WHOLE_ARCHIVE_MODULES = {"store/scope.py", "store/upkeep/status.py", "store/upkeep/dumping.py"}
"""The only modules that may ask for every case at once."""

UNSCOPED = {"Pack", "Erasure"}
"""Tables that say nothing of any case."""

SQL = re.compile(
    r"QuerySet\(|\.cursor\(|\.raw\(|RawSQL|\.extra\(|\.execute\(|\.executemany\(|\.executescript\(|\.query\.|connections\["
)


def _models():
    return list(apps.get_app_config("store").get_models(include_auto_created=True))


def _modules():
    return {path.relative_to(SOURCE).as_posix(): path.read_text() for path in SOURCE.rglob("*.py")}


def test_every_model_but_the_named_ones_has_the_scoped_manager_under_every_name():
    for model in _models():
        scoped = [
            isinstance(m, ScopedManager) for m in (model._default_manager, model._base_manager, *model._meta.managers)
        ]
        if model.__name__ in UNSCOPED:
            assert not any(scoped)
        else:
            assert all(scoped), model.__name__
            assert any(field.name == "case" for field in model._meta.fields), model.__name__


def test_no_unscoped_model_reaches_a_scoped_one_by_any_relation():
    for model in _models():
        related = [field.related_model for field in model._meta.get_fields(include_hidden=True) if field.is_relation]
        if model.__name__ in UNSCOPED:
            assert related == []
        assert all(other.__name__ not in UNSCOPED for other in related)


def test_no_relation_can_be_followed_backwards():
    for model in _models():
        for field in model._meta.fields:
            if field.is_relation:
                assert field.remote_field.hidden, f"{model.__name__}.{field.name}"


@pytest.mark.parametrize("where", ["store", "cli", "keeper"])
def test_sql_and_cursors_stand_in_named_modules_only(where):
    found = {
        name: SQL.findall(text)
        for name, text in _modules().items()
        if name.startswith(f"{where}/") and name not in SQL_MODULES and SQL.search(text)
    }
    allowed = {"store/connect.py": ["connections["], "store/scope.py": ["QuerySet("]}
    assert {name: hits for name, hits in found.items() if set(hits) - set(allowed.get(name, ()))} == {}


def test_the_common_sql_goes_through_the_engine():
    for name in ("store/rows.py", "store/ledger.py", "store/taking_back_ledger.py", "store/upkeep/dumping.py"):
        assert ".connection." not in _modules()[name], f"{name}: database.run serves both engines"


def test_control_the_search_for_sql_finds_it():
    for line in ("QuerySet(Case)", "connection.cursor()", "objects.raw('x')", "c.execute('x')", "x.extra(where=[])"):
        assert SQL.search(line)
    assert SQL.search(_modules()["store/sqlcipher/base.py"])


def test_only_named_modules_ask_for_the_whole_archive():
    asking = {name for name, text in _modules().items() if re.search(r"\bwhole_archive\(", text)}
    assert asking <= WHOLE_ARCHIVE_MODULES


def test_there_is_no_admin_and_no_other_application():
    from django.conf import settings

    assert settings.INSTALLED_APPS == ["sviedka.store"]
