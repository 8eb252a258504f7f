# SPDX-License-Identifier: AGPL-3.0-or-later
"""The serial form that a dossier holds: `<JWT>~<disclosure>~…~` (RFC 9901 §4). Key binding is not used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import TooLarge
from sviedka.core.seal.statement_errors import StatementMalformed

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_SDJWT_CHARS: Final = 4_194_304
"""A leaf and all the disclosures that fit into its sealed part, with room to spare."""


def format_sdjwt(jwt: bytes, disclosures: Sequence[str]) -> str:
    """Return a statement with the disclosures that are to be shown, in the order given."""
    return "~".join((jwt.decode("ascii"), *disclosures, ""))


def parse_sdjwt(text: str) -> tuple[bytes, tuple[str, ...]]:
    """Split `<JWT>~…~` into the issuer-signed part and the disclosures. Neither is looked into.

    Raises:
        TooLarge: Over `MAX_SDJWT_CHARS`.
        StatementMalformed: No final `~`, an empty part, or characters that neither part may have.
    """
    if len(text) > MAX_SDJWT_CHARS:
        raise TooLarge("A statement with its disclosures has more than {most} characters.", most=MAX_SDJWT_CHARS)
    if not text.isascii() or not text.endswith("~"):
        raise StatementMalformed("A statement with disclosures must be ASCII and end with a tilde.")
    jwt, *disclosures = text[:-1].split("~")
    if not jwt or not all(disclosures):
        raise StatementMalformed("A statement with disclosures has an empty part.")
    return jwt.encode("ascii"), tuple(disclosures)
