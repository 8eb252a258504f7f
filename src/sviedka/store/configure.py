# SPDX-License-Identifier: AGPL-3.0-or-later
"""Makes Django ready when the store is first imported, with our settings and no others."""

from __future__ import annotations

import importlib

import django
from django.conf import settings


def configure() -> None:
    """Configure Django once. Where somebody has configured it already (the type checker), leave that."""
    if settings.configured:
        return
    ours = importlib.import_module("sviedka.store.settings")
    settings.configure(**{name: value for name, value in vars(ours).items() if name.isupper()})
    django.setup()
