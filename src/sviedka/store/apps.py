# SPDX-License-Identifier: AGPL-3.0-or-later
"""The one Django application."""

from __future__ import annotations

from django.apps import AppConfig


class StoreConfig(AppConfig):
    """Projections of what the vault holds."""

    name = "sviedka.store"
    label = "store"
