# SPDX-License-Identifier: AGPL-3.0-or-later
"""A report for word processors, the same bytes each time: its dates come from the dossier, and it is packed anew."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import TYPE_CHECKING, Final

import docx
from docx.enum.section import WD_ORIENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

if TYPE_CHECKING:
    from datetime import datetime

    from sviedka.core.disclose.document import Block, Document

FONT: Final = "Times New Roman"
MONO: Final = "Courier New"
GREY: Final = RGBColor(0x50, 0x50, 0x50)
_LANGUAGES: Final = {"en": "en-GB", "be": "be-BY", "ru": "ru-RU"}


def draw_docx(document: Document, *, at: datetime) -> bytes:
    """Return the document as DOCX. `at` becomes its date."""
    file = docx.Document()
    section = file.sections[0]
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(22)
    section.footer.paragraphs[0].text = document.footer
    _set_style(file, document.language)
    properties = file.core_properties
    properties.title, properties.author, properties.last_modified_by = document.title, "", ""
    properties.created = properties.modified = at.replace(tzinfo=None)
    properties.comments = ""  # the library's template names the library
    properties.revision, properties.language = 1, _LANGUAGES[document.language]
    for block in document.blocks:
        _draw(file, block)
    raw = BytesIO()
    file.save(raw)
    return _packed_again(raw.getvalue(), at)


def _set_style(file: docx.document.Document, language: str) -> None:
    style = file.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(10)
    properties = style.element.get_or_add_rPr()
    tag = OxmlElement("w:lang")
    tag.set(qn("w:val"), _LANGUAGES[language])
    properties.append(tag)


def _draw(file: docx.document.Document, block: Block) -> None:
    match block.kind:
        case "title":
            file.add_heading(block.text, level=0)
        case "heading" | "subheading":
            file.add_heading(block.text, level=1 if block.kind == "heading" else 2)
        case "lead":
            file.add_paragraph().add_run(block.text).bold = True
        case "small" | "code":
            run = file.add_paragraph().add_run(block.text)
            run.font.size, run.font.color.rgb = Pt(8), GREY
            run.font.name = MONO if block.kind == "code" else FONT
        case "item":
            file.add_paragraph(block.text, style="List Bullet")
        case "table":
            _draw_table(file, block)
        case _:
            file.add_paragraph(block.text)


def _draw_table(file: docx.document.Document, block: Block) -> None:
    headed = any(block.rows[0])
    rows = block.rows if headed else block.rows[1:]
    table = file.add_table(rows=len(rows), cols=len(block.columns), style="Table Grid")
    for number, row in enumerate(rows):
        cells = table.rows[number].cells
        for cell, words in zip(cells, row, strict=True):
            paragraph = cell.paragraphs[0]
            for line, text in enumerate(words.split("\n")):
                run = (paragraph if line == 0 else cell.add_paragraph()).add_run(text)
                run.font.size, run.bold = Pt(8), headed and number == 0


def _packed_again(raw: bytes, at: datetime) -> bytes:
    """Pack the parts in one order and with one date: the library writes today's."""
    moment = (max(at.year, 1980), at.month, at.day, at.hour, at.minute, at.second)
    target = BytesIO()
    with zipfile.ZipFile(BytesIO(raw)) as parts, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        # [Content_Types].xml first, as word processors expect.
        for name in sorted(parts.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            info = zipfile.ZipInfo(name, date_time=moment)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o100644 << 16
            packed.writestr(info, parts.read(name))
    return target.getvalue()
