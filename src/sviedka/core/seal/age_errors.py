# SPDX-License-Identifier: AGPL-3.0-or-later
"""What can be wrong with an age file, by what a reader may conclude from it (spec/02-item.md §2.6)."""

from __future__ import annotations

from sviedka.core.base.errors import Malformed, Refuted, Withheld


class HeaderMalformed(Malformed):
    """The bytes do not begin with an age v1 header in its one spelling."""

    code = "malformed.age-header"
    hint = "The file is damaged at its very beginning, or it is not an age file."


class ArmorRefused(HeaderMalformed):
    """An age file in ASCII armor, which is for text channels and is not read here."""

    code = "malformed.age-armor"
    hint = "Take the armor off first: age -d opens it."


class WorkFactorTooHigh(Malformed):
    """A passphrase file that would take more memory and time than an unknown sender may ask for."""

    code = "malformed.age-work-factor"
    hint = "Open it with age on a machine you can spare, if you trust who sent it."


class NotForThisKey(Withheld):
    """The header has no stanza that this identity opens."""

    code = "withheld.not-for-this-key"
    hint = "It was sealed to another key."


class HeaderForged(Refuted):
    """The file key was found, but the header's MAC is not by it: somebody changed the header."""

    code = "refuted.age-header"
    hint = "Look for another copy of this slip or file."


class PayloadForged(Refuted):
    """A chunk of the payload is not what was encrypted under this file key."""

    code = "refuted.age-payload"
    hint = "Look for another copy; what had been decrypted before this point must not be used."


class PayloadTruncated(PayloadForged):
    """The payload ends before its final chunk."""

    code = "refuted.age-payload-truncated"
    hint = "The file was cut short, in a copy or on the way; look for another copy."


class PayloadTrailing(PayloadForged):
    """The payload goes on after its final chunk."""

    code = "refuted.age-payload-trailing"
    hint = "Something was put after the end of the file."
