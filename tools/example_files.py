#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Make the files of `examples/belarus-2020/files` and their list, the same bytes every time.

    python tools/example_files.py --write     make the files and FILES.md again
    python tools/example_files.py --check     compare with what is checked in; exit 1 on a difference

Needs the project's environment (typst and python-docx, as pinned in requirements.lock) and nothing else. Sound and
moving pictures were made once by hand with Debian's ffmpeg and espeak-ng (`example_media.sh`); they are checked in, and
this program only hashes them. It deletes nothing.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import example_documents as documents
import example_pictures as pictures
import example_texts as texts

if TYPE_CHECKING:
    from collections.abc import Callable

FOLDER: Final = Path(__file__).resolve().parent.parent / "examples" / "belarus-2020"

_SQUARE: Final = {
    "sky": "5b7f9a",
    "ground": "8a8a80",
    "caption": "A square, drawn by the project. No person, no event.",
}
_EVENING: Final = {"sky": "2b2f4a", "ground": "4a4438", "caption": "The same square, evening. Drawn, not photographed."}
_LONG_NAME: Final = "вельмі доўгая назва файла " * 4 + "канец.txt"


@dataclass(frozen=True, kw_only=True)
class Made:
    """One file: where it lies under `files/`, what it is, and how to make it (`None`: made once by hand)."""

    path: str
    kind: str
    note: str
    make: Callable[[], bytes] | None = None


def _jpeg(scene: dict[str, str], *, exif: bool) -> bytes:
    block = pictures.make_exif(taken="2021:01:01 12:00:00", latitude="53.8958", longitude="27.5470") if exif else b""
    return pictures.write_jpeg(*pictures.read_pixels(pictures.draw_png(**scene)), exif=block)


def _small() -> tuple[int, int, bytes]:
    return pictures.shrink(*pictures.read_pixels(pictures.draw_png(**_SQUARE)), by=4)


def _noise(size_bytes: int) -> bytes:
    """Return bytes that do not compress: SHA-256 of a counter, a multiple of 32 and then cut."""
    blocks = (hashlib.sha256(b"invented example" + i.to_bytes(4, "big")).digest() for i in range(size_bytes // 32 + 1))
    return b"".join(blocks)[:size_bytes]


def _reply(*, archival: bool) -> bytes:
    return documents.make_pdf(
        title="Адказ (выдуманы прыклад)",
        language="be",
        body=f"{texts.MARK_EN}\n\n{texts.MARK_BE}\n\nAn authority that does not exist answers nobody: the page shows "
        "where the number of registration, the date and the ground of a refusal would stand.",
        archival=archival,
    )


def _bundle() -> dict[str, bytes]:
    return {
        "парада/": b"",
        "парада/снимок.jpg": _jpeg(_EVENING, exif=False),
        "парада/нататкі/1.txt": texts.NOTE_BE.encode(),
        "парада/нататкі/2.txt": texts.NOTE_RU.encode(),
        "empty folder/": b"",
        "copy.pdf": _reply(archival=False),
    }


FILES: Final[tuple[Made, ...]] = (
    Made(path="READ-FIRST.txt", kind="text, en", note="what the folder stands for", make=texts.READ_FIRST.encode),
    Made(
        path="нататка дакументатара.txt",
        kind="text, be, UTF-8",
        note="Cyrillic name with spaces",
        make=texts.NOTE_BE.encode,
    ),
    Made(
        path="памятка.txt",
        kind="text, ru, windows-1251",
        note="an old encoding",
        make=lambda: texts.NOTE_RU.encode("cp1251"),
    ),
    Made(
        path="accounts/account-01.txt",
        kind="text, en",
        note="paraphrase, pseudonym Tsimur",
        make=texts.ACCOUNT_1.encode,
    ),
    Made(
        path="accounts/account-02.txt",
        kind="text, en",
        note="paraphrase, pseudonym Mikalai",
        make=texts.ACCOUNT_2.encode,
    ),
    Made(
        path="accounts/account-03.txt",
        kind="text, en",
        note="paraphrase, pseudonym Viktar",
        make=texts.ACCOUNT_3.encode,
    ),
    Made(path="accounts/form-blank.txt", kind="text, en", note="blank form", make=texts.FORM_BLANK.encode),
    Made(path="documents/reply.pdf", kind="PDF", note="invented reply, be", make=lambda: _reply(archival=False)),
    Made(
        path="documents/reply-archival.pdf", kind="PDF/A-2b", note="the same page", make=lambda: _reply(archival=True)
    ),
    Made(path="documents/form.docx", kind="DOCX", note="blank form with a table", make=documents.make_docx),
    Made(path="documents/note.odt", kind="ODT", note="two paragraphs", make=documents.make_odt),
    Made(path="documents/register.xlsx", kind="XLSX", note="one sheet", make=documents.make_xlsx),
    Made(path="documents/note.rtf", kind="RTF", note="windows-1251 inside", make=texts.NOTE_RTF.encode),
    Made(path="documents/page.md", kind="Markdown", note="a documenter's page", make=texts.NOTE_MD.encode),
    Made(path="documents/register.xml", kind="XML", note="a register without entries", make=texts.NOTE_XML.encode),
    Made(path="documents/boxes.yaml", kind="YAML", note="three boxes", make=texts.NOTE_YAML.encode),
    Made(path="documents/deadline.ics", kind="iCalendar", note="an invented day", make=texts.CALENDAR_ICS.encode),
    Made(
        path="pictures/square.jpg",
        kind="JPEG with EXIF and GPS",
        note="drawn; coordinates of a public square in Minsk",
        make=lambda: _jpeg(_SQUARE, exif=True),
    ),
    Made(
        path="pictures/copy of square (1).jpg",
        kind="JPEG, duplicate",
        note="same bytes as square.jpg under another name",
        make=lambda: _jpeg(_SQUARE, exif=True),
    ),
    Made(
        path="pictures/square-without-exif.jpg",
        kind="JPEG without EXIF",
        note="same picture, metadata gone",
        make=lambda: _jpeg(_SQUARE, exif=False),
    ),
    Made(path="pictures/вечар.png", kind="PNG", note="drawn", make=lambda: pictures.draw_png(**_EVENING)),
    Made(
        path="pictures/scan.tif",
        kind="TIFF, PackBits",
        note="as a scanner writes",
        make=lambda: pictures.write_tiff(*_small()),
    ),
    Made(path="pictures/old.bmp", kind="BMP", note="drawn", make=lambda: pictures.write_bmp(*_small())),
    Made(path="pictures/body-blank.svg", kind="SVG", note="blank outline of a body", make=texts.BODY_SVG.encode),
    Made(path="pictures/blink.gif", kind="GIF", note="two frames"),
    Made(path="pictures/square.webp", kind="WebP", note="from pictures/square.jpg"),
    Made(path="sound/tone.wav", kind="WAV, 8-bit PCM", note="two tones with a comment", make=documents.make_wav),
    Made(path="sound/voice-note.ogg", kind="Ogg Opus", note="a synthetic voice says that it is invented"),
    Made(path="sound/voice-note.mp3", kind="MP3", note="the same"),
    Made(path="sound/voice-note.m4a", kind="M4A, AAC", note="the same"),
    Made(path="video/clip.mp4", kind="MP4, H.264 and AAC", note="four seconds, marked on screen"),
    Made(path="video/clip.webm", kind="WebM, VP9 and Opus", note="the same"),
    Made(path="video/clip.srt", kind="SubRip subtitles", note="en, be", make=texts.SUBTITLES_SRT.encode),
    Made(path="video/clip.vtt", kind="WebVTT subtitles", note="en, ru", make=texts.SUBTITLES_VTT.encode),
    Made(
        path="mail/letter.eml",
        kind="e-mail with attachment",
        note="example.org",
        make=lambda: documents.make_mail(attachment=_reply(archival=False)),
    ),
    Made(path="mail/folder.mbox", kind="mail folder", note="two letters", make=documents.make_mbox),
    Made(path="web/page.html", kind="HTML", note="a saved page", make=texts.SAVED_PAGE.encode),
    Made(
        path="web/capture.warc",
        kind="WARC 1.1",
        note="nothing was fetched",
        make=lambda: documents.make_warc(texts.SAVED_PAGE.encode()),
    ),
    Made(path="web/posts.json", kind="JSON", note="export of an invented channel", make=texts.POSTS_JSON.encode),
    Made(
        path="tables/numbers.csv",
        kind="CSV",
        note="public figures that differ; sources in the casebook",
        make=texts.NUMBERS_CSV.encode,
    ),
    Made(path="tables/duty.tsv", kind="TSV", note="invented", make=texts.DUTY_TSV.encode),
    Made(path="map/walk.gpx", kind="GPX track", note="a walk that nobody took", make=texts.TRACK_GPX.encode),
    Made(
        path="map/square.geojson", kind="GeoJSON", note="outline of a public square", make=texts.SQUARE_GEOJSON.encode
    ),
    Made(path="map/square.kml", kind="KML", note="one point", make=texts.SQUARE_KML.encode),
    Made(
        path="bundle.zip",
        kind="ZIP with folders",
        note="Cyrillic names, an empty folder, a picture",
        make=lambda: documents.make_zip(_bundle()),
    ),
    Made(
        path="bundle.tar.gz",
        kind="TAR, gzipped",
        note="two texts",
        make=lambda: documents.make_tar_gz({"a/1.txt": texts.NOTE_BE.encode(), "a/b/2.txt": texts.NOTE_MD.encode()}),
    ),
    Made(
        path="server.log.gz", kind="gzip", note="sixty lines", make=lambda: documents.make_gz(texts.SERVER_LOG.encode())
    ),
    Made(
        path="phone/backup-65536.bin", kind="opaque bytes", note="exactly one 64 KiB chunk", make=lambda: _noise(65536)
    ),
    Made(path="phone/backup-65537.bin", kind="opaque bytes", note="one byte over a chunk", make=lambda: _noise(65537)),
    Made(path="phone/empty.bin", kind="empty file", note="0 bytes", make=bytes),
    Made(
        path="names/says-it-is-a-picture.jpg",
        kind="PDF under a false name",
        note="sniffed, not believed",
        make=lambda: _reply(archival=False),
    ),
    Made(path="names/-rf.txt", kind="text, hostile name", note="starts with a dash", make=texts.MARK_EN.encode),
    Made(
        path="names/$(touch pwned); & 'quoted'.txt",
        kind="text, hostile name",
        note="shell characters",
        make=texts.MARK_EN.encode,
    ),
    Made(
        path=f"names/{_LONG_NAME}",
        kind="text, long name",
        note=f"{len(_LONG_NAME.encode())} bytes of name",
        make=texts.MARK_BE.encode,
    ),
    Made(path="names/no extension", kind="text, no extension", note="ru", make=texts.MARK_RU.encode),
    Made(path="deep/a/b/c/d/e/f/g/leaf.txt", kind="text, nested", note="eight folders down", make=texts.MARK_EN.encode),
)

_HEAD: Final = """# Files of the example

Made by the project, dedicated to the public domain (CC0 1.0). Everything in them is invented and says so on its face,
with two exceptions that say so too: the three accounts are paraphrases of what an NGO briefing published under
pseudonyms, and `tables/numbers.csv` repeats public figures whose sources stand in `casebook.yaml`. No file shows a real
person.

`python tools/example_files.py --write` makes all but the files marked *by hand* again, byte for byte, and writes this
page. The files marked *by hand* were made once on Debian 12 with ffmpeg 5.1 and espeak-ng 1.51 from files of this
folder, with the commands of `tools/example_media.sh`; an encoder of another version may write other bytes.

| file | kind | bytes | SHA-256 | made | note |
|---|---|---:|---|---|---|
"""


def list_files() -> str:
    """Return FILES.md for what lies in the folder now."""
    rows = []
    for file in FILES:
        data = (FOLDER / "files" / file.path).read_bytes()
        made = "by hand" if file.make is None else "generated"
        digest = hashlib.sha256(data).hexdigest()
        rows.append(f"| `{file.path}` | {file.kind} | {len(data)} | `{digest}` | {made} | {file.note} |")
    return _HEAD + "\n".join(rows) + "\n"


def write_files() -> None:
    """Make every file that is not made by hand."""
    for file in FILES:
        if file.make is not None:
            path = FOLDER / "files" / file.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(file.make())


def find_differences() -> list[str]:
    """Return one sentence for each file that is missing, not listed, or other than the generator makes it."""
    root = FOLDER / "files"
    listed = {file.path for file in FILES}
    found = {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}
    wrong = [f"missing: {path}" for path in sorted(listed - found)]
    wrong += [f"not listed: {path}" for path in sorted(found - listed)]
    for file in FILES:
        if file.path in found and file.make is not None and file.make() != (root / file.path).read_bytes():
            wrong.append(f"the generator makes other bytes: {file.path}")
    if not wrong and list_files() != (FOLDER / "FILES.md").read_text(encoding="utf-8"):
        wrong.append("FILES.md does not say what lies in the folder")
    return wrong


def main() -> int:
    """Write or compare, as asked."""
    parser = argparse.ArgumentParser(description="Files of the example.")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--write", action="store_true", help="make the files and FILES.md again")
    what.add_argument("--check", action="store_true", help="compare with what is checked in")
    if parser.parse_args().write:
        write_files()
        (FOLDER / "FILES.md").write_text(list_files(), encoding="utf-8")
        return 0
    wrong = find_differences()
    print("\n".join(wrong) or f"{len(FILES)} files as listed")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
