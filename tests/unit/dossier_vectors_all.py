# SPDX-License-Identifier: AGPL-3.0-or-later
"""All dossier vectors: name and bytes of the ZIP file, the same each time."""

import dossier_vectors_assertions
import dossier_vectors_bag
import dossier_vectors_desks
import dossier_vectors_log
import dossier_vectors_succession
import dossier_vectors_trust
from dossier_vectors_cases import CASES
from small_dossier import small_recipe, zip_bytes

MODULES = (
    dossier_vectors_assertions,
    dossier_vectors_bag,
    dossier_vectors_desks,
    dossier_vectors_log,
    dossier_vectors_succession,
    dossier_vectors_trust,
)
"""Imported for what they register."""


def make_all():
    for name, make in CASES.items():
        made = make()
        yield name, made if isinstance(made, bytes) else zip_bytes(made)


def policy_text():
    return small_recipe().archive.policy_text()
