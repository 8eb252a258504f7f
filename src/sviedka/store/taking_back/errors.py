# SPDX-License-Identifier: AGPL-3.0-or-later
"""Why something that was taken back is not erased."""

from __future__ import annotations

from sviedka.core.base.errors import Withheld


class NotYet(Withheld):
    """A request that may not be carried out: time, people or the check lack, or it was narrowed or held."""

    code = "withheld.erasure-waits"
    hint = "It is frozen meanwhile. What lacks is listed above."
