# SPDX-License-Identifier: AGPL-3.0-or-later
"""The example's files are what FILES.md says, can be made again, and show nobody."""

from __future__ import annotations

import hashlib
import importlib
import re
import shutil
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "belarus-2020"
ROW = re.compile(
    r"\| `(?P<path>.+)` \| (?P<kind>[^|]+) \| (?P<size>\d+) \| `(?P<sha256>[0-9a-f]{64})` \| (?P<made>[^|]+) \|"
)
MARK = re.compile(r"INVENTED|ВЫДУМАН|ВЫМЫШЛЕН|[Вв]ыдуман|PARAPHRASE, NOT A TESTIMONY|figure,as_of")
MAGIC = {
    ".pdf": b"%PDF-",
    ".docx": b"PK\x03\x04",
    ".odt": b"PK\x03\x04",
    ".xlsx": b"PK\x03\x04",
    ".zip": b"PK\x03\x04",
    ".jpg": b"\xff\xd8\xff",
    ".png": b"\x89PNG\r\n",
    ".gif": b"GIF89a",
    ".webp": b"RIFF",
    ".tif": b"II*\x00",
    ".bmp": b"BM",
    ".wav": b"RIFF",
    ".ogg": b"OggS",
    ".mp3": b"ID3",
    ".webm": b"\x1a\x45\xdf\xa3",
    ".gz": b"\x1f\x8b",
    ".warc": b"WARC/1.1",
}


@pytest.fixture(scope="module")
def rows():
    page = (EXAMPLE / "FILES.md").read_text(encoding="utf-8")
    return [match.groupdict() for match in map(ROW.match, page.splitlines()) if match]


@pytest.fixture(scope="module")
def tool():
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        yield importlib.import_module("example_files")
    finally:
        sys.path.remove(str(ROOT / "tools"))


def test_there_are_files_of_many_kinds(rows):
    assert len(rows) >= 30
    assert len({row["kind"] for row in rows}) >= 30


def test_the_list_and_the_folder_agree(rows):
    found = {str(path.relative_to(EXAMPLE / "files")) for path in (EXAMPLE / "files").rglob("*") if path.is_file()}
    assert {row["path"] for row in rows} == found
    for row in rows:
        data = (EXAMPLE / "files" / row["path"]).read_bytes()
        assert (len(data), hashlib.sha256(data).hexdigest()) == (int(row["size"]), row["sha256"]), row["path"]


def test_the_folder_stays_small(rows):
    assert sum(int(row["size"]) for row in rows) <= 3_000_000


def test_files_are_of_the_kind_that_their_names_say_except_the_one_that_lies(rows):
    for row in rows:
        path = EXAMPLE / "files" / row["path"]
        if path.suffix in MAGIC and "false name" not in row["kind"]:
            assert path.read_bytes().startswith(MAGIC[path.suffix]), row["path"]
    assert (EXAMPLE / "files/names/says-it-is-a-picture.jpg").read_bytes().startswith(b"%PDF-")


def test_every_text_says_of_itself_what_it_is(rows):
    for row in rows:
        data = (EXAMPLE / "files" / row["path"]).read_bytes()
        encoding = "cp1251" if "1251" in row["kind"] else "utf-8"
        if b"\x00" not in data and row["kind"].startswith("text"):
            assert MARK.search(data.decode(encoding)), row["path"]


def test_the_same_bytes_lie_there_under_two_names(rows):
    digests = [row["sha256"] for row in rows]
    pictures = {row["path"]: row["sha256"] for row in rows}
    assert pictures["pictures/square.jpg"] == pictures["pictures/copy of square (1).jpg"]
    assert len(set(digests)) < len(digests)


def test_the_generator_makes_the_same_bytes_again_and_sees_a_changed_one(tool, tmp_path, monkeypatch):
    shutil.copytree(EXAMPLE, tmp_path / "example")
    monkeypatch.setattr(tool, "FOLDER", tmp_path / "example")
    assert tool.find_differences() == []

    changed = tmp_path / "example/files/web/page.html"
    changed.write_bytes(changed.read_bytes().replace(b"12:00", b"12:01"))
    (tmp_path / "example/files/foreign.txt").write_bytes(b"")
    assert tool.find_differences() == ["not listed: foreign.txt", "the generator makes other bytes: web/page.html"]


def test_the_picture_carries_the_place_of_a_public_square(tool):
    exif = tool.pictures.make_exif(taken="2021:01:01 12:00:00", latitude="53.8958", longitude="27.5470")
    assert exif in (EXAMPLE / "files/pictures/square.jpg").read_bytes()
    assert b"Exif" not in (EXAMPLE / "files/pictures/square-without-exif.jpg").read_bytes()


def test_items_of_the_casebook_are_files_of_the_folder():
    book = yaml.load((EXAMPLE / "casebook.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506
    for item in book["items"]:
        assert (EXAMPLE / item["path"]).is_file(), item["path"]
