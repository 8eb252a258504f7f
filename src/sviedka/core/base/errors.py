# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every failure Sviedka can name, split by what a person may conclude from it.

    Failure
    ├─ Refuted      the material contradicts the claim          exit 10
    ├─ Unproven     not enough material to say                  exit 20
    ├─ Malformed    the bytes are not what they claim to be     exit 30
    ├─ Withheld     we will not, by policy                      exit 40
    └─ Unavailable  try again; nothing was lost                 exit 50

*Refuted* and *Unproven* never collapse into each other. A bug is not in this tree: it crashes.
Messages carry references and digests, never a name, a passphrase or a key.

A room adds its own leaves by subclassing one of the five. Each leaf sets `code`, a stable dotted word that tools
may match on, and `hint`, an English sentence for the reader that the shells translate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Mapping


class Failure(Exception):
    """Root of everything that may be told to a person. Never raised itself."""

    code: ClassVar[str] = "failure"
    exit_status: ClassVar[int] = 1
    verdict: ClassVar[str] = "failure"
    hint: ClassVar[str] = ""
    details: tuple[tuple[str, Mapping[str, str | int]], ...] = ()
    """Further sentences, each a message with its facts, for failures that have several reasons."""

    def __init__(self, message: str, /, **facts: str | int) -> None:
        """Say what happened, for a person.

        Args:
            message: An English sentence with `{placeholders}`; it is also the key of its translation.
            facts: Values for the placeholders: references, digests, sizes. Never a name or a secret.
        """
        super().__init__(message)
        self.message = message
        self.facts = facts

    def __str__(self) -> str:
        """Return the sentence in English with its facts filled in."""
        return self.message.format(**self.facts) if self.facts else self.message


class Refuted(Failure):
    """The material contradicts the claim. Something was changed."""

    code, exit_status, verdict = "refuted", 10, "refuted"


class Unproven(Failure):
    """There is not enough material to say. Nothing was contradicted."""

    code, exit_status, verdict = "unproven", 20, "unproven"


class Malformed(Failure):
    """The bytes are not what they claim to be. Nothing is known of what they meant to say."""

    code, exit_status, verdict = "malformed", 30, "malformed"


class Withheld(Failure):
    """We will not, by policy: consent, protection, or a key that is not yours."""

    code, exit_status, verdict = "withheld", 40, "withheld"


class Unavailable(Failure):
    """It cannot be done now. Nothing was lost; try again."""

    code, exit_status, verdict = "unavailable", 50, "unavailable"


class TooLarge(Malformed):
    """The input is over the size that its format allows."""

    code = "malformed.too-large"


class NotCanonical(Malformed):
    """The bytes say something readable, but not in the one spelling that the format allows."""

    code = "malformed.not-canonical"


class UnknownVersion(Malformed):
    """A newer or foreign version of the format."""

    code = "malformed.unknown-version"
