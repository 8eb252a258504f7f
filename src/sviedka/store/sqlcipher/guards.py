# SPDX-License-Identifier: AGPL-3.0-or-later
"""What SQLite's triggers hold: nothing stated is changed or taken out, no row points out of its case."""

from __future__ import annotations

from sviedka.store.guarded import APPEND_ONLY, OF_A_STATEMENT


def triggers() -> tuple[str, ...]:
    """Return what makes the triggers."""
    refusals = [
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON store_{table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        for table in APPEND_ONLY
        for verb in ("UPDATE", "DELETE")
    ]
    no_update = (
        "CREATE TRIGGER passage_no_update BEFORE UPDATE ON store_passage "
        "BEGIN SELECT RAISE(ABORT, 'passage is append-only'); END"
    )
    no_delete = (
        "CREATE TRIGGER passage_no_delete BEFORE DELETE ON store_passage "
        "WHEN NOT EXISTS (SELECT 1 FROM store_erasure WHERE instr(OLD.cells, store_erasure.cell) > 0) "
        "BEGIN SELECT RAISE(ABORT, 'a passage goes only with an erased cell'); END"
    )
    same_case = [
        f"CREATE TRIGGER {table}_same_case BEFORE INSERT ON store_{table} "  # noqa: S608  # our own names
        'WHEN (SELECT "case" FROM store_statement WHERE jti = NEW.statement_id) IS NOT NEW."case" '
        f"BEGIN SELECT RAISE(ABORT, '{table} points out of its case'); END"
        for table in OF_A_STATEMENT
    ]
    return (*refusals, no_update, no_delete, *same_case)
