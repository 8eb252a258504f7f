# SPDX-License-Identifier: AGPL-3.0-or-later
"""What PostgreSQL holds by itself: triggers as on the other engine, row security besides the managers, and rights.

Row security binds every role, the tables' owner too. Who may work with the tables may also tell the server a scope: it
stops a query that forgot its scope, not a person with the worker's password.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sviedka.store.guarded import APPEND_ONLY, OF_A_STATEMENT, REWRITTEN, TAKEN_OUT
from sviedka.store.postgresql.scope_setting import EVERYTHING, SETTING

if TYPE_CHECKING:
    from collections.abc import Iterable

_REFUSED: Final = "USING ERRCODE = 'integrity_constraint_violation'"

_FUNCTIONS: Final = (
    f"""CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        RAISE EXCEPTION '% is append-only', substr(TG_TABLE_NAME, 7) {_REFUSED};
    END $$""",
    f"""CREATE FUNCTION refuse_unerased() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF EXISTS (SELECT 1 FROM store_erasure WHERE position(cell IN OLD.cells) > 0) THEN RETURN OLD; END IF;
        RAISE EXCEPTION 'a passage goes only with an erased cell' {_REFUSED};
    END $$""",  # noqa: S608  # our own words
    f"""CREATE FUNCTION refuse_other_case() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF (SELECT s."case" FROM store_statement s WHERE s.jti = NEW.statement_id) IS NOT DISTINCT FROM NEW."case"
        THEN RETURN NEW; END IF;
        RAISE EXCEPTION '% points out of its case', substr(TG_TABLE_NAME, 7) {_REFUSED};
    END $$""",  # noqa: S608
)


def triggers() -> tuple[str, ...]:
    """Return what makes the triggers and their functions."""
    refusals = [
        _trigger(f"{table}_no_{verb.lower()}", f"BEFORE {verb} ON store_{table}", "refuse_change")
        for table in (*APPEND_ONLY, "passage")
        for verb in ("UPDATE", "DELETE", "TRUNCATE")
        if (table, verb) != ("passage", "DELETE")
    ]
    same_case = [
        _trigger(f"{table}_same_case", f"BEFORE INSERT ON store_{table}", "refuse_other_case")
        for table in OF_A_STATEMENT
    ]
    no_delete = _trigger("passage_no_delete", "BEFORE DELETE ON store_passage", "refuse_unerased")
    return (*_FUNCTIONS, *refusals, no_delete, *same_case)


def _trigger(name: str, when: str, function: str) -> str:
    each = "STATEMENT" if "TRUNCATE" in when else "ROW"
    return f"CREATE TRIGGER {name} {when} FOR EACH {each} EXECUTE FUNCTION {function}()"


def policies(scoped: Iterable[str]) -> tuple[str, ...]:
    """Return what lets a role see and write rows of the cases that were told, and of no other."""
    told = (
        f"(SELECT current_setting('{SETTING}', true))"  # a sub-select is worked out once for a query, not for each row
    )
    allowed = f"{told} = '{EVERYTHING}' OR \"case\" = ANY (string_to_array({told}, ' '))"
    return tuple(
        command
        for table in scoped
        for command in (
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
            f"CREATE POLICY in_scope ON {table} USING ({allowed}) WITH CHECK ({allowed})",
        )
    )


def rights(schema: str, worker: str) -> tuple[str, ...]:
    """Return what the role that works with the tables may do: read and add; change and take out where that is meant."""
    changed, gone = (", ".join(f"store_{name}" for name in names) for names in (REWRITTEN, TAKEN_OUT))
    return (
        f"GRANT USAGE ON SCHEMA {schema} TO {worker}",
        f"GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA {schema} TO {worker}",
        f"GRANT UPDATE ON {changed} TO {worker}",
        f"GRANT DELETE ON {gone} TO {worker}",
        f"REVOKE INSERT ON mark FROM {worker}",
    )
