# SPDX-License-Identifier: AGPL-3.0-or-later
"""All statement types, found by their files: adding one is adding one file to a `types` folder.

A file in `core/{intake,seal,record,count,disclose}/types` that does not begin with an underscore declares one `TYPE`.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from sviedka.core.base.schema import StatementType, TypeUnknown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOMS: Final = ("intake", "seal", "record", "count", "disclose")


def find_type(reference: str) -> StatementType:
    """Return the type that statements name `reference`, such as `claim/1`.

    Raises:
        TypeUnknown: None is declared.
    """
    found = _by_reference().get(reference)
    if found is None:
        raise TypeUnknown("No statement type of this name and version is known here.")
    return found


def all_types() -> tuple[StatementType, ...]:
    """Return every declared type, by name and version."""
    return tuple(_by_reference().values())


@lru_cache(maxsize=1)
def _by_reference() -> Mapping[str, StatementType]:
    found: dict[str, StatementType] = {}
    for kind in sorted(_declared(), key=lambda kind: (kind.name, kind.version)):
        if kind.reference in found:
            raise TypeError(f"two files declare {kind.reference}")
        found[kind.reference] = kind
    return MappingProxyType(found)


def _declared() -> Iterator[StatementType]:
    for room in ROOMS:
        package = importlib.import_module(f"sviedka.core.{room}.types")
        for module in pkgutil.iter_modules(package.__path__):
            if module.name.startswith("_"):
                continue
            declared = importlib.import_module(f"{package.__name__}.{module.name}").TYPE
            if not isinstance(declared, StatementType):
                raise TypeError(f"{room}/types/{module.name}.py declares no statement type")
            yield declared
