# SPDX-License-Identifier: AGPL-3.0-or-later
"""What can be wrong with a personal assertion."""

from __future__ import annotations

from sviedka.core.base.errors import Malformed, Refuted, Unproven


class AssertionMalformed(Malformed):
    """Not an assertion of either kind, or not in its one spelling."""

    code = "malformed.assertion"
    hint = "The program or the key that made it follows another form. Nothing was signed."


class AssertionRefuted(Refuted):
    """An assertion that is not by this person over this statement, or was given without the person being verified."""

    code = "refuted.assertion"
    hint = "Somebody took an assertion from elsewhere, or the statement was exchanged. Do not rely on it."


class AssertionPersonRefuted(Refuted):
    """Somebody else asserted than the statement says."""

    code = "refuted.assertion-person"
    hint = "The person who is named has to assert it; nobody can do so for them."


class AssertionKeyUnknown(Unproven):
    """The key list names no such key or credential of this person."""

    code = "unproven.assertion-key"
    hint = "Get the newest key list of the archive."


class AssertionWithheld(Unproven):
    """The assertion that the statement's type asks for is not among the disclosures."""

    code = "unproven.assertion-withheld"
    hint = "The statement may be genuine; that somebody stood behind it in person is not shown here."
