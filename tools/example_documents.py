# SPDX-License-Identifier: AGPL-3.0-or-later
"""Documents and containers of the example: PDF, DOCX, ODT, XLSX, mail, ZIP, TAR, WARC. Same input, same bytes.

Archives carry one fixed time and are written entry by entry, because the libraries would write the hour of the day.
Used by `example_files.py` only.
"""

from __future__ import annotations

import gzip
import io
import struct
import tarfile
import zipfile
from email.message import EmailMessage
from email.policy import SMTP

import docx
import typst
from example_pictures import MOMENT
from example_texts import FORM_BLANK, MARK_BE, MARK_EN, MARK_RU

FIXED = (2021, 1, 1, 0, 0, 0)

_PDF = """
#set document(title: "{title}", author: "made by the project", date: datetime(year: 2021, month: 1, day: 1))
#set page(paper: "a5", margin: 18mm, header: text(fill: rgb("b00020"))[INVENTED EXAMPLE])
#set text(font: "Libertinus Serif", size: 11pt, lang: "{language}")
= {title}
{body}
"""


def make_pdf(*, title: str, language: str, body: str, archival: bool = False) -> bytes:
    """Set a page as PDF, as PDF/A-2b when `archival`."""
    source = _PDF.format(title=title, language=language, body=body)
    standards = ["a-2b"] if archival else []
    return bytes(
        typst.compile(
            source.encode(), format="pdf", ignore_system_fonts=True, timestamp=MOMENT, pdf_standards=standards
        )
    )


def make_docx() -> bytes:
    """Write a blank form with a table, as an office program would."""
    document = docx.Document()
    document.core_properties.author = "made by the project"
    document.core_properties.title = "Invented form"
    document.add_heading("First account form (blank)", level=1)
    for mark in (MARK_EN, MARK_BE, MARK_RU):
        document.add_paragraph(mark)
    table = document.add_table(rows=0, cols=2)
    for line in FORM_BLANK.splitlines()[2:]:
        cells = table.add_row().cells
        cells[0].text, cells[1].text = line[:38].strip(), line[38:].strip()
    written = io.BytesIO()
    document.save(written)
    with zipfile.ZipFile(written) as made:
        return make_zip({name: made.read(name) for name in made.namelist()})


def make_odt() -> bytes:
    """Write a minimal OpenDocument text; its first entry is the media type, stored (ODF 1.2 part 3 §3.3)."""
    kind = "application/vnd.oasis.opendocument.text"
    names = 'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    text = 'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {names} {text} office:version="1.2">'
        f"<office:body><office:text><text:p>{MARK_EN}</text:p><text:p>{MARK_BE}</text:p></office:text></office:body>"
        "</office:document-content>"
    )
    manifest = (
        '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest xmlns:manifest='
        '"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    )
    members = {"mimetype": kind.encode(), "content.xml": content.encode(), "META-INF/manifest.xml": manifest.encode()}
    return make_zip(members, stored=("mimetype",))


def make_xlsx() -> bytes:
    """Write a minimal workbook with one sheet of inline text."""
    base = "http://schemas.openxmlformats.org"
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    rows = [("what", "figure"), ("INVENTED EXAMPLE", "made by the project"), ("boxes received", "3")]
    cells = "".join(
        f'<row r="{r}">'
        + "".join(f'<c r="{c}{r}" t="inlineStr"><is><t>{v}</t></is></c>' for c, v in zip("AB", row, strict=True))
        + "</row>"
        for r, row in enumerate(rows, start=1)
    )
    main = f"{base}/spreadsheetml/2006/main"
    office = f"{base}/officeDocument/2006/relationships"
    sheet_kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    members = {
        "[Content_Types].xml": f'{head}<Types xmlns="{base}/package/2006/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" '
        f'ContentType="{sheet_kind}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" '
        f'ContentType="{sheet_kind}.worksheet+xml"/></Types>',
        "_rels/.rels": f'{head}<Relationships xmlns="{base}/package/2006/relationships"><Relationship Id="r1" '
        f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{head}<workbook xmlns="{main}" xmlns:r="{office}"><sheets><sheet name="Invented" '
        'sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'{head}<Relationships xmlns="{base}/package/2006/relationships"><Relationship '
        f'Id="r1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'{head}<worksheet xmlns="{main}"><sheetData>{cells}</sheetData></worksheet>',
    }
    return make_zip({name: text.encode() for name, text in members.items()})


def make_zip(members: dict[str, bytes], *, stored: tuple[str, ...] = ()) -> bytes:
    """Pack members in the given order with one fixed time; a name that ends in a slash is an empty folder."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in members.items():
            entry = zipfile.ZipInfo(name, FIXED)
            entry.compress_type = zipfile.ZIP_STORED if name in stored or not data else zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = (0o40755 << 16 | 0x10) if name.endswith("/") else 0o100644 << 16
            archive.writestr(entry, data)
    return out.getvalue()


def make_tar_gz(members: dict[str, bytes]) -> bytes:
    """Pack members as a gzipped tar with one fixed time and no owner."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, data in members.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mtime = len(data), MOMENT
            archive.addfile(entry, io.BytesIO(data))
    return make_gz(out.getvalue())


def make_gz(data: bytes) -> bytes:
    """Compress with a fixed time and no name in the header."""
    return gzip.compress(data, mtime=MOMENT)


def make_mail(*, attachment: bytes) -> bytes:
    """Write a letter with an attachment; every address is of the reserved domain example.org."""
    letter = EmailMessage(policy=SMTP)
    letter["From"] = "Invented Sender <sender@example.org>"
    letter["To"] = "Invented Office <office@example.org>"
    letter["Subject"] = "Выдуманы прыклад: копия ответа"
    letter["Date"] = "Fri, 01 Jan 2021 12:00:00 +0300"
    letter["Message-ID"] = "<invented-1@example.org>"
    letter.set_content(f"{MARK_EN}\n\nThe attached page is invented too.\n")
    letter.add_attachment(attachment, maintype="application", subtype="pdf", filename="адказ.pdf")
    letter.set_boundary("=-invented-boundary-1")
    return letter.as_bytes()


def make_mbox() -> bytes:
    """Write a mail folder of two short letters."""
    letters = []
    for number in (1, 2):
        letter = EmailMessage()
        letter["From"], letter["To"] = "sender@example.org", "office@example.org"
        letter["Subject"] = f"Invented letter {number}"
        letter["Date"] = f"Fri, 01 Jan 2021 12:0{number}:00 +0300"
        letter["Message-ID"] = f"<invented-mbox-{number}@example.org>"
        letter.set_content(MARK_EN)
        letters.append(b"From sender@example.org Fri Jan  1 09:00:00 2021\n" + letter.as_bytes() + b"\n")
    return b"".join(letters)


def make_warc(page: bytes) -> bytes:
    """Write a web capture of one invented page (ISO 28500): a warcinfo record and a resource record."""
    about = b"software: example_files.py\r\ndescription: INVENTED EXAMPLE, nothing was fetched\r\n"
    return _warc_record("warcinfo", 1, b"application/warc-fields", about) + _warc_record(
        "resource", 2, b"text/html", page, uri="https://example.org/invented"
    )


def _warc_record(kind: str, number: int, media: bytes, body: bytes, *, uri: str = "") -> bytes:
    head = (
        f"WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-00000000000{number}>\r\n"
    )
    head += "WARC-Date: 2021-01-01T00:00:00Z\r\n" + (f"WARC-Target-URI: {uri}\r\n" if uri else "")
    head += f"Content-Type: {media.decode()}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body + b"\r\n\r\n"


def make_wav(*, seconds: int = 2, rate: int = 8000) -> bytes:
    """Write a two-tone signal as 8-bit mono PCM; triangle waves, so that no floating point takes part."""
    frames = bytearray()
    for i in range(seconds * rate):
        period = 16 if (i // 2000) % 2 else 20
        frames.append(128 + abs(i % period - period // 2) * 8 - 32)
    note = b"INVENTED EXAMPLE" + b"\x00\x00"
    listing = b"INFO" + b"ICMT" + struct.pack("<I", len(note)) + note
    chunks = b"fmt " + struct.pack("<IHHIIHH", 16, 1, 1, rate, rate, 1, 8)
    chunks += b"LIST" + struct.pack("<I", len(listing)) + listing
    chunks += b"data" + struct.pack("<I", len(frames)) + bytes(frames)
    return b"RIFF" + struct.pack("<I", len(chunks) + 4) + b"WAVE" + chunks
