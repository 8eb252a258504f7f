# SPDX-License-Identifier: AGPL-3.0-or-later
"""Django settings of the projections."""

from __future__ import annotations

SECRET_KEY = "unused: this process serves no pages"
INSTALLED_APPS: list[str] = []
USE_TZ = True
