# SPDX-License-Identifier: AGPL-3.0-or-later
"""The SQL that makes the tables and indexes of all models, in the dialect of the engine that is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import apps

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper


def tables_sql(database: BaseDatabaseWrapper) -> tuple[str, ...]:
    """Return the commands, in order. Not inside a transaction: SQLite's editor looks at a setting first."""
    with database.schema_editor(collect_sql=True, atomic=False) as editor:
        for model in apps.get_app_config("store").get_models():
            editor.create_model(model)
    return tuple(str(command) for command in editor.collected_sql)


def scoped_tables() -> tuple[str, ...]:
    """Return the names of the tables whose rows belong to a case."""
    models = apps.get_app_config("store").get_models()
    options = (model._meta for model in models)  # noqa: SLF001  # Django's documented way to a model's table
    return tuple(one.db_table for one in options if any(field.name == "case" for field in one.get_fields()))
