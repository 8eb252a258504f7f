# SPDX-License-Identifier: AGPL-3.0-or-later
"""The measures by name, in the order in which they are run."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final, cast

from sviedka.core.base.errors import Malformed

if TYPE_CHECKING:
    from collections.abc import Callable

    from sviedka.bench.measurement import Measurement

MEASURES: Final = {
    "seal_large": "sealing",
    "seal_small": "sealing",
    "seal_small_stated": "admission",
    "open": "sealing",
    "admit_batch": "admission",
    "admit_single": "admission",
    "log_build": "log",
    "log_proof": "log",
    "verify_dossier": "dossier",
    "rebuild": "admission",
    "epoch_rotate": "rotation",
    "names_pair": "names",
    "names_keys": "names",
    "suppress_24x12": "suppression",
    "lcm_kosovo": "latent_class",
    "count_coverage": "coverage",
    "link_1m": "linking",
    "link_5m": "linking",
}
"""Name of the measure: the module of this room in which `measure_<name>` stands."""

LONG: Final = frozenset({"link_5m"})
"""Take a quarter of an hour and more: run only when they are asked for by name."""


class MeasureUnknown(Malformed):
    """No measure has this name."""

    code = "malformed.measure"


def measure(name: str, *, quick: bool = False) -> Measurement:
    """Run one measure.

    Args:
        name: One of `MEASURES`.
        quick: A tenth of the size or less: shows that it works, not how fast.

    Raises:
        MeasureUnknown: There is none of that name.
    """
    if name not in MEASURES:
        raise MeasureUnknown("There is no measure {name}; there are {names}.", name=name, names=", ".join(MEASURES))
    module = import_module(f"sviedka.bench.{MEASURES[name]}")
    run = cast("Callable[..., Measurement]", getattr(module, f"measure_{name}"))
    return run(quick=quick)
