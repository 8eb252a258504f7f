# SPDX-License-Identifier: AGPL-3.0-or-later
"""What can be wrong with a time stamp."""

from __future__ import annotations

from sviedka.core.base.errors import Malformed, Refuted, Unproven


class StampRefuted(Refuted):
    """A time stamp that contradicts what it is shown for: other bytes, a broken signature, a certificate taken back."""

    code = "refuted.stamp"
    hint = "The checkpoint or the token was changed, or the authority could not have issued it at that time."


class StampRevoked(StampRefuted):
    """A certificate on the token's path had been taken back, in a way that the token does not outlive."""

    code = "refuted.stamp-revoked"
    hint = "The authority lost control of its key, or had ended its use. Rely on another stamp of the same checkpoint."


class AuthorityUnknown(Unproven):
    """The token does not lead to a time authority that the policy pins."""

    code = "unproven.authority-unknown"
    hint = "Compare the root certificate of the authority with one got by another way, and add it to the policy."


class StampMalformed(Malformed):
    """Bytes that are not a request, reply, certificate or revocation list that is accepted."""

    code = "malformed.stamp"
    hint = "Try `openssl ts -verify`; if it accepts the token, keep the token and say so to the reader."
