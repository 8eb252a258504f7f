# SPDX-License-Identifier: AGPL-3.0-or-later
"""The files for people that lie in a dossier beside the evidence: report, instructions, load files, the page."""

from __future__ import annotations

from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING

from sviedka.core.base.errors import Unavailable
from sviedka.core.disclose import bag_paths as at
from sviedka.core.disclose.loadfile import write_csv, write_dat
from sviedka.core.disclose.report_content import write_report
from sviedka.core.disclose.verify_text import StampPlace, write_verify_text
from sviedka.store.dossier.docx_report import draw_docx
from sviedka.store.dossier.pdf_report import draw_pdf

if TYPE_CHECKING:
    from sviedka.core.disclose.report_facts import ReportFacts
    from sviedka.store.dossier.logs import Logs


class PageMissing(Unavailable):
    """The browser's verifier was not built into this installation."""

    code = "unavailable.verify-page"
    hint = "Install Sviedka again, or set page: false in the SPEC."


def read_page() -> bytes:
    """Return verify.html as it was built.

    Raises:
        PageMissing: It is not there.
    """
    try:
        return files("sviedka.verify").joinpath("page/verify.html").read_bytes()
    except OSError as reason:
        raise PageMissing("verify.html is not part of this installation.") from reason


def digest_of_page(page: bytes | None) -> str | None:
    """Return SHA-256 of the page for the cover, in hexadecimal."""
    return None if page is None else sha256(page).hexdigest()


def write_companions(facts: ReportFacts, logs: Logs, page: bytes | None) -> dict[str, bytes]:
    """Return the files for people, by path."""
    stamps = [
        StampPlace(folder=at.head_folder(log.number, number), authority=name)
        for log in logs.every
        for number, head in enumerate(log.heads, start=1)
        for name in sorted(head.stamped_by)
    ]
    made = {
        at.VERIFY_TEXT: write_verify_text(facts, stamps),
        at.LOADFILE_DAT: write_dat(facts),
        at.LOADFILE_CSV: write_csv(facts),
        at.LOADFILE_README: facts.wording.say("loadfile.readme").encode("utf-8"),
    }
    if facts.spec.report:
        report = write_report(facts)
        made[at.REPORT_PDF] = draw_pdf(report, at=facts.as_of)
        made[at.REPORT_DOCX] = draw_docx(report, at=facts.as_of)
    if page is not None:
        made[at.VERIFY_PAGE] = page
    return made
