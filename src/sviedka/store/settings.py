# SPDX-License-Identifier: AGPL-3.0-or-later
"""Django settings of the projections. Nothing is read from the environment; no page is served from here."""

from __future__ import annotations

from typing import Any

SECRET_KEY = "unused: this process serves no pages"  # noqa: S105  # Django wants one; nothing is signed with it
INSTALLED_APPS: list[str] = ["sviedka.store"]
DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        "ENGINE": "sviedka.store.sqlcipher",
        "NAME": "",  # set by sviedka.store.connect
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 60},
    },
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
LOGGING_CONFIG = None
"""Django must not touch the logging of the process it is a guest in."""
