# SPDX-License-Identifier: AGPL-3.0-or-later
"""A report as PDF/A-2b, the same bytes each time: date and identifiers come from the dossier, fonts from the compiler."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING, Final

import typst

if TYPE_CHECKING:
    from datetime import datetime

    from sviedka.core.disclose.document import Document

STANDARD: Final = "a-2b"
"""PDF/A-2, level B (ISO 19005-2): made to be kept, everything needed to draw it inside."""


def draw_pdf(document: Document, *, at: datetime) -> bytes:
    """Return the document as PDF/A. `at` becomes its date."""
    template = files("sviedka.store.dossier").joinpath("report.typ").read_bytes()
    pdf: bytes = typst.compile(
        template,
        sys_inputs={
            "report": json.dumps(document.to_json(), ensure_ascii=False),
            "at": json.dumps([at.year, at.month, at.day, at.hour, at.minute, at.second]),
        },
        pdf_standards=STANDARD,
        ignore_system_fonts=True,
    )
    return pdf
