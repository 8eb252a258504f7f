# SPDX-License-Identifier: AGPL-3.0-or-later
"""What can be wrong with a statement, by name.

What the desk's signature does not cover was changed by somebody: *refuted*. What a desk signed although the format
forbids it is *malformed*: nothing is known of what it meant. Messages hold counts and identifiers only.
"""

from __future__ import annotations

from sviedka.core.base.errors import Malformed, Refuted, Unavailable, Unproven


class SignatureRefuted(Refuted):
    """The desk's signature is not over these bytes."""

    code = "refuted.statement-signature"
    hint = "The statement was changed after it was signed, or signed by another key."


class AuthorRefuted(Refuted):
    """The author's own signature is not over this statement."""

    code = "refuted.author-signature"
    hint = "Somebody other than the named author wrote it, or it was changed since."


class DisclosureUnreferenced(Refuted):
    """A disclosure belongs to no digest that the desk signed (RFC 9901 §7.1)."""

    code = "refuted.disclosure-unreferenced"
    hint = "A part was changed, or added to a statement that never held it."


class SealedAltered(Refuted):
    """The sealed disclosures are not the bytes that the statement names in `enc`."""

    code = "refuted.sealed-disclosures"
    hint = "The encrypted part was exchanged or damaged."


class SealedForged(Refuted):
    """A group of disclosures does not open with its own cell key."""

    code = "refuted.sealed-group"
    hint = "The group was not sealed under this cell for this statement."


class DayRefuted(Refuted):
    """The exact time is not on the day that the statement shows."""

    code = "refuted.statement-day"


class AuthorWithheld(Unproven):
    """The author's signature is not among the disclosures."""

    code = "unproven.author-withheld"
    hint = "The statement may be genuine; who wrote it is not shown here."


class CommonWithheld(Unproven):
    """A part that every statement has (its type, subject, heads, time or case) is not shown."""

    code = "unproven.common-withheld"


class StatementMalformed(Malformed):
    """Not a statement: wrong parts, members or header."""

    code = "malformed.statement"


class AlgorithmRefused(Malformed):
    """Signed, or said to be hashed, in a way that this format does not allow (RFC 9901 §7.1: never `none`)."""

    code = "malformed.statement-algorithm"


class DigestsMalformed(Malformed):
    """The list of digests is not sorted, not of an allowed length, or not of digests."""

    code = "malformed.digests"


class DigestTwice(Malformed):
    """One digest stands in two places (RFC 9901 §7.1)."""

    code = "malformed.digest-twice"


class DisclosureTwice(Malformed):
    """The same disclosure was handed over twice."""

    code = "malformed.disclosure-twice"


class DisclosureMalformed(Malformed):
    """A disclosure is not a canonical array with a salt and the right number of parts (RFC 9901 §7.1)."""

    code = "malformed.disclosure"


class NameReserved(Malformed):
    """A disclosure is named, or its value uses, `_sd` or `...` (RFC 9901 §7.1)."""

    code = "malformed.name-reserved"


class NameTaken(Malformed):
    """A disclosure's name exists already at its level (RFC 9901 §7.1)."""

    code = "malformed.name-taken"


class CommonMalformed(Malformed):
    """A part that every statement has is not of its shape."""

    code = "malformed.common"


class SealedMalformed(Malformed):
    """The sealed disclosures, or a group opened from them, are not of their shape."""

    code = "malformed.sealed-disclosures"


class DraftRefused(Malformed):
    """What was to be sealed does not fit into a statement."""

    code = "malformed.draft"


class CellKeyAbsent(Unavailable):
    """A disclosure was to be sealed under a cell whose key is not at hand."""

    code = "unavailable.cell-key"
    hint = "The keeper does not hold this cell's key; nothing was written."
