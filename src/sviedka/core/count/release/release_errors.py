# SPDX-License-Identifier: AGPL-3.0-or-later
"""Why a release is not made, or what is wrong with a copy of one."""

from __future__ import annotations

from sviedka.core.base.errors import Malformed, Refuted, Unproven, Withheld


class PlanRefused(Malformed):
    """A plan of tables that is not understood. Nothing was published."""

    code = "malformed.release-plan"
    hint = "Correct the line; docs/howto/publish-counts.md shows a whole plan."


class CountsRefused(Malformed):
    """Counts that do not fit the plan. Nothing was published."""

    code = "malformed.release-counts"
    hint = "Correct the file; docs/howto/publish-counts.md says which columns and rows it has."


class TableForbidden(Withheld):
    """A table that may never be published, however large its numbers are."""

    code = "withheld.release-table"
    hint = "Cross the place with the month instead, or the day with the region."


class CorrectionReveals(Withheld):
    """A correction that cannot be published without telling how few people it is about."""

    code = "withheld.correction-reveals"
    hint = "Publish nothing. The number as it stands may be corrected together with others, once enough has changed."


class LedgerMalformed(Malformed):
    """What an earlier release says of itself cannot be read."""

    code = "malformed.release-ledger"
    hint = "Run sviedka check --full. Without the ledger nobody knows what the next release would give away."


class CopyRefuted(Refuted):
    """A copy of a release is not what was published."""

    code = "refuted.release-copy"
    hint = "Do not use it. Get the release again from whoever published it."


class CopyUnproven(Unproven):
    """Nothing here says what was published."""

    code = "unproven.release-copy"
    hint = "Ask whoever published it for the proof (sviedka release --prove), and check with a --policy from elsewhere."
