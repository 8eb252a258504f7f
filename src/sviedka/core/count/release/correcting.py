# SPDX-License-Identifier: AGPL-3.0-or-later
"""A correction: the same people counted again, because a number was wrong. What it would give away is not published."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sviedka.core.count.release.release_errors import CorrectionReveals, PlanRefused

if TYPE_CHECKING:
    from sviedka.core.count.suppress.version import Version


def refuse_revealing(wrong: Version, corrected: Version) -> None:
    """Refuse a correction that cannot say what it corrects.

    A number that was shown and changed by less than the threshold would have to be hidden now; a reader who has both releases
    then knows that few people are behind the difference, and which number it is about.

    Args:
        wrong: The release that is corrected.
        corrected: The correction, with the cells chosen that it may show.

    Raises:
        PlanRefused: They are not of the same day and the same tables.
        CorrectionReveals: A number that was shown, and was wrong, may not be shown as it is now.
    """
    if wrong.as_of != corrected.as_of or not wrong.shown <= corrected.counts.keys():
        raise PlanRefused("A correction is of the same day as what it corrects, and has all its tables.")
    changed = [cell for cell in wrong.shown if wrong.counts[cell].people != corrected.counts[cell].people]
    left = sum(cell not in corrected.shown for cell in changed)
    if left:
        raise CorrectionReveals("{count} of the corrected numbers may not be shown.", count=left)
