# SPDX-License-Identifier: AGPL-3.0-or-later
"""Why a stamp or a cosignature is missing, in words: states and failures are kept as codes, people read sentences."""

from __future__ import annotations

from typing import Final

from sviedka.core.base.phrases import Phrase

_REASONS: Final = {
    "malformed.address": Phrase("its address in sviedka.toml is not one"),
    "malformed.cosign-answer": Phrase("its answer cannot be read"),
    "malformed.opentimestamps": Phrase("its answer cannot be read"),
    "malformed.stamp": Phrase("its answer cannot be read"),
    "refuted.opentimestamps": Phrase("its answer is about something else"),
    "refuted.stamp": Phrase("its answer is about something else or was not made by it"),
    "refuted.stamp-revoked": Phrase("its certificate was taken back"),
    "unavailable.authority-refused": Phrase("it refused"),
    "unavailable.calendars": Phrase("too few calendars answered"),
    "unavailable.cosigner-refused": Phrase("it refused"),
    "unavailable.internal-authority": Phrase("the archive's own authority could not answer"),
    "unavailable.openssl": Phrase("openssl is missing or did not answer"),
    "unavailable.peer": Phrase("it could not be reached"),
    "unproven.authority-unknown": Phrase("its certificate is not the one that sviedka.toml names"),
    "unproven.origin-unknown": Phrase("it does not know this log"),
}
"""By the code of the failure, which `--json` shows. About an authority, a cosigner or the calendars."""


def why_said(code: str | None) -> str:
    """Return a reason in words with its code; a code that is not known stands for itself."""
    known = _REASONS.get(code or "")
    return code or "-" if known is None else Phrase("{reason} ({code})", reason=known, code=code)
