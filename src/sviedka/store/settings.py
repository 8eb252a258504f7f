# SPDX-License-Identifier: AGPL-3.0-or-later
"""Django settings of the projections. Nothing is read from the environment; no page is served from here."""

from __future__ import annotations

from typing import Any

SECRET_KEY = "unused: this process serves no pages"  # noqa: S105  # Django wants one; nothing is signed with it
INSTALLED_APPS: list[str] = ["sviedka.store"]
FILE = "file"
SERVER = "server"
_ENGINES: dict[str, dict[str, Any]] = {  # where each is, sviedka.store.connect says
    FILE: {"ENGINE": "sviedka.store.sqlcipher", "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 60}},
    SERVER: {"ENGINE": "sviedka.store.postgresql"},
}
DATABASES: dict[str, dict[str, Any]] = {**_ENGINES, "default": _ENGINES[FILE]}
"""Each engine under its name; `default`, which the models use, becomes the one that this thread has opened."""
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
LOGGING_CONFIG = None
"""Django must not touch the logging of the process it is a guest in."""
