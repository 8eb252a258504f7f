# SPDX-License-Identifier: AGPL-3.0-or-later
"""Why a method gives no number: the data cannot carry it. That is an answer, and is shown in the method's place."""

from __future__ import annotations

from sviedka.core.base.errors import Unproven


class NotEstimable(Unproven):
    """The table does not hold enough to say by this method."""

    code = "unproven.not-estimable"
    hint = "Publish the documented minimum only, or look for a list that was made without the others."
