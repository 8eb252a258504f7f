# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a seat refuses. No message names a person."""

from __future__ import annotations

from sviedka.core.base.errors import Malformed, Refuted, Unavailable, Withheld


class SeatFileMalformed(Malformed):
    """A file that does not hold a seat's key."""

    code = "malformed.seat-file"
    hint = "Use the file that sviedka seat new wrote on this device."


class OrderForged(Refuted):
    """An order that no desk of the seat's archive signed, or that contradicts the archive's key list."""

    code = "refuted.identity-order"
    hint = "Do not answer it. Tell the other custodians by another way that it exists."


class OrderWithheld(Withheld):
    """An order that this seat does not answer: another seat's, another archive's, or out of time."""

    code = "withheld.identity-order"
    hint = "If it is meant for you, ask the office for a new request."


class NotAgreed(Withheld):
    """The custodian has read the order and has not said yes."""

    code = "withheld.not-agreed"
    hint = "Nothing was opened. If you agree, type the command again with --agree."


class DeviceFailed(Unavailable):
    """A file on this device cannot be read or written."""

    code = "unavailable.seat-device"
    hint = "Nothing was changed. Look at the path, and whether the disk is full or write-protected."
