# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which epochs the log says were begun: their names are given away, whatever has become of their keys.

The rows are believed without a signature: one that is made up can but have a number left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sviedka.core.seal.statement import parse_jwt, read_disclosures
from sviedka.store.connect import database_failures
from sviedka.store.ledger import find_all_of, find_disclosures
from sviedka.vault.layout import is_epoch_name

if TYPE_CHECKING:
    from sviedka.core.base.canonical import Json
    from sviedka.store.engine import Database

BEGUN: Final = "epoch.begun/1"


def begun_in(arguments: Json) -> list[str]:
    """Return the names that a job was handed as `begun`. Untrusted: `arguments`."""
    told = arguments.get("begun") if isinstance(arguments, dict) else None
    return [str(name) for name in (told if isinstance(told, list) else []) if is_epoch_name(str(name))]


def begun_epochs(database: Database) -> list[str]:
    """Return the names of all epochs that any desk states it has begun."""
    with database_failures():
        found = find_disclosures(database, find_all_of(database, BEGUN)).values()
    names = {str(read_disclosures(parse_jwt(leaf), texts).fields.get("epoch")) for leaf, texts in found}
    return sorted(name for name in names if is_epoch_name(name))
