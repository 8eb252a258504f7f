# SPDX-License-Identifier: AGPL-3.0-or-later
"""A dossier is read alike from a folder, a ZIP file and memory; what is read in two ways by two programs is refused."""

import os
import random  # which edits are made, not secrets
import shutil
import subprocess
import zipfile
from dataclasses import replace
from hashlib import sha256
from io import BytesIO
from struct import pack

import pytest
from small_dossier import small_recipe, zip_bytes

from sviedka.verify.container import (
    ContainerMalformed,
    DossierUnreadable,
    EntryDamaged,
    MemoryContainer,
    hash_entry,
    read_entry,
)
from sviedka.verify.dossier import verify_container, verify_dossier
from sviedka.verify.zip_directory import read_directory
from sviedka.verify.zip_file import ZipContainer


@pytest.fixture(scope="module")
def recipe():
    return small_recipe()


@pytest.fixture(scope="module")
def files(recipe):
    return recipe.build()


def write_folder(folder, files):
    for path, data in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    return folder


def write_zip(tmp_path, data):
    path = tmp_path / "dossier.zip"
    path.write_bytes(data)
    return path


def codes(report):
    return {finding.code for part in report.parts for finding in part.findings}


def test_folder_zip_and_memory_give_one_report(tmp_path, recipe, files):
    policy = recipe.archive.policy()
    expected = verify_container(MemoryContainer(files), policy=policy).encode()
    folder = write_folder(tmp_path / "folder", files)
    assert expected == verify_dossier(folder, policy=policy).encode()
    for data in (zip_bytes(files), zip_bytes(files, deflated=True), zip_bytes(files, folder="sent/")):
        assert expected == verify_dossier(write_zip(tmp_path, data), policy=policy).encode()


@pytest.mark.parametrize("options", [["-r"], ["-0", "-r"], ["-X", "-D", "-r"]])
def test_zip_files_of_other_programs_are_read(tmp_path, recipe, files, options):
    write_folder(tmp_path / "dossier", files)
    subprocess.run(["zip", "-q", *options, "../other.zip", "."], cwd=tmp_path / "dossier", check=True)
    assert verify_dossier(tmp_path / "other.zip", policy=recipe.archive.policy()).verdict == "holds"


def test_large_sizes_are_read_from_zip64_fields(tmp_path, recipe, files):
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as packed:
        for path, data in files.items():
            with packed.open(path, "w", force_zip64=True) as member:
                member.write(data)
    assert verify_dossier(write_zip(tmp_path, target.getvalue()), policy=recipe.archive.policy()).verdict == "holds"


def test_more_entries_than_sixteen_bits_count_use_the_zip64_end_record(tmp_path):
    packed = zip_bytes({f"data/{number}": b"" for number in range(70_000)})
    assert len(ZipContainer(write_zip(tmp_path, packed)).entries()) == 70_000
    report = verify_dossier(tmp_path / "dossier.zip", policy=None)
    assert {"dossier.absent", "part.not-checked"} == codes(report)


def test_links_and_special_files_are_not_followed(tmp_path, files):
    folder = write_folder(tmp_path / "folder", files)
    (tmp_path / "outside.txt").write_bytes(files["VERIFY.md"])
    (folder / "VERIFY.md").unlink()
    (folder / "VERIFY.md").symlink_to(tmp_path / "outside.txt")
    os.mkfifo(folder / "report")
    report = verify_dossier(folder, policy=None)
    assert report.parts[0].findings[0].where == ("VERIFY.md", "report")
    assert report.parts[0].findings[0].code == "path.link"


def test_a_linked_folder_is_not_walked(tmp_path, files):
    folder = write_folder(tmp_path / "folder", files)
    shutil.move(folder / "keys", tmp_path / "elsewhere")
    (folder / "keys").symlink_to(tmp_path / "elsewhere")
    assert "path.link" in codes(verify_dossier(folder, policy=None))


def test_names_in_any_encoding_are_shown_as_percent(tmp_path, files):
    folder = write_folder(tmp_path / "folder", files)
    (folder / "ліст.txt").write_bytes(b"")
    (folder / os.fsdecode(b"\xff\nx")).write_bytes(b"")
    (finding,) = verify_dossier(folder, policy=None).parts[0].findings
    assert finding.where == ("%D0%BB%D1%96%D1%81%D1%82.txt", "%FF%0Ax")


def test_too_many_files_are_not_listed_one_by_one(tmp_path, files):
    many = files | {f"data/{number:06d}.txt": b"" for number in range(1, 100_001)}
    report = verify_container(MemoryContainer(many), policy=None)
    assert {"files.too-many", "part.not-checked"} == codes(report)


def test_nothing_at_the_place_given_is_unavailable(tmp_path):
    with pytest.raises(DossierUnreadable):
        verify_dossier(tmp_path / "nowhere", policy=None)


@pytest.mark.parametrize("name", ["encrypted", "spread", "unknown method", "two zip64 fields"])
def test_a_directory_entry_that_readers_treat_differently_is_refused(tmp_path, files, name):
    packed = bytearray(zip_bytes(files))
    entry = packed.index(b"PK\x01\x02")
    if name == "encrypted":
        packed[entry + 8] |= 1
    elif name == "spread":
        packed[entry + 34] = 1
    elif name == "unknown method":
        packed[entry + 10] = 12
    else:
        field = bytes.fromhex("01000000") * 2
        end = packed.index(b"PK\x05\x06")
        name_size = int.from_bytes(packed[entry + 28 : entry + 30], "little")
        packed[entry + 30 : entry + 32] = len(field).to_bytes(2, "little")
        packed[entry + 46 + name_size : entry + 46 + name_size] = field
        length = int.from_bytes(packed[end + 8 + 12 : end + 8 + 16], "little") + len(field)
        packed[end + 8 + 12 : end + 8 + 16] = length.to_bytes(4, "little")
    with pytest.raises(ContainerMalformed):
        ZipContainer(write_zip(tmp_path, bytes(packed))).entries()


def test_overlapping_files_are_refused(tmp_path, files):
    packed = bytearray(zip_bytes(files))
    first = packed.index(b"PK\x01\x02")
    second = packed.index(b"PK\x01\x02", first + 4)
    packed[second + 42 : second + 46] = (5).to_bytes(4, "little")
    with pytest.raises(ContainerMalformed):
        ZipContainer(write_zip(tmp_path, bytes(packed))).entries()


def test_a_bomb_is_not_unpacked(tmp_path, files):
    heavy = files | {"VERIFY.md": bytes(200 << 20)}
    packed = zip_bytes(heavy, deflated=True)
    assert len(packed) < 1 << 20
    report = verify_dossier(write_zip(tmp_path, packed), policy=None)
    assert "file.too-large" in codes(report)


def test_a_bomb_that_lies_about_its_size_is_stopped_at_that_size(tmp_path, files):
    packed = bytearray(zip_bytes(files | {"VERIFY.md": bytes(64 << 20)}, deflated=True))
    place = packed.rindex(b"VERIFY.md") - 46 + 24
    packed[place : place + 4] = (1_000).to_bytes(4, "little")
    container = ZipContainer(write_zip(tmp_path, bytes(packed)))
    (entry,) = [entry for entry in container.entries() if entry.path == "VERIFY.md"]
    blocks, read = container.blocks(entry), []
    with pytest.raises(EntryDamaged):
        read.extend(map(len, blocks))
    assert sum(read) <= 1_000
    assert "file.altered" in codes(verify_dossier(tmp_path / "dossier.zip", policy=None))


def test_a_damaged_file_reads_as_empty_and_its_digest_is_that_of_nothing(tmp_path, files):
    """Control: undamaged, it has its own."""
    whole = zip_bytes(files | {"VERIFY.md": b"read me " * 500}, deflated=True)
    place = whole.index(b"VERIFY.md") + len(b"VERIFY.md")
    damaged = bytearray(whole)
    damaged[place : place + 8] = b"\xff" * 8
    read, digests = [], []
    for data in (whole, bytes(damaged)):
        container = ZipContainer(write_zip(tmp_path, data))
        (entry,) = [entry for entry in container.entries() if entry.path == "VERIFY.md"]
        read.append(read_entry(container, entry))
        digests.append(hash_entry(container, entry))
    assert read == [b"read me " * 500, b""]
    assert digests == [sha256(read[0]).digest(), sha256(b"").digest()]


def test_what_a_zip_program_remarks_on_a_member_is_no_field_of_it():
    """A comment lies behind the extra fields; these bytes would be a field that is cut off."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        member = zipfile.ZipInfo("VERIFY.md")
        member.comment = b"\x01\x00\xff\x00remark"
        packed.writestr(member, b"read me")
    (listed,), _ = read_directory(file)
    assert (listed.name, listed.size_bytes) == ("VERIFY.md", 7)


def test_a_damaged_zip_file_gives_a_report_and_never_a_traceback(tmp_path, recipe, files):
    policy = recipe.archive.policy()
    chance = random.Random(21)  # as above
    for deflated in (False, True):
        packed = zip_bytes(files, deflated=deflated)
        for _ in range(400):
            damaged = bytearray(packed)
            for _ in range(chance.choice((1, 1, 3))):
                # The directory is where a reader is led astray.
                start = 0 if chance.random() < 0.3 else len(packed) - 3_500
                damaged[chance.randrange(start, len(packed))] = chance.randrange(256)
            if chance.random() < 0.2:
                del damaged[chance.randrange(len(damaged)) :]
            report = verify_dossier(write_zip(tmp_path, bytes(damaged)), policy=policy)
            # Dates and checksums of the container are not the dossier's; with its content unchanged it holds.
            assert report.verdict in {"refuted", "malformed", "holds"}


def test_the_order_of_entries_does_not_matter(tmp_path, recipe, files):
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as packed:
        for path in sorted(files, reverse=True):
            packed.writestr(path, files[path])
    report = verify_dossier(write_zip(tmp_path, target.getvalue()), policy=recipe.archive.policy())
    assert report.verdict == "holds"
    assert replace(report, facts={}).parts == report.parts


@pytest.mark.parametrize(("offset", "is_read"), [(2**53 - 1, True), (2**53, False), (2**63, False)])
def test_a_number_that_not_every_reader_can_hold_is_refused(offset, is_read):
    extra = pack("<HHQ", 1, 8, offset)
    entry = (
        pack("<4s6H3L5H2L", b"PK\x01\x02", 20, 45, 0, 0, 0, 0, 0, 0, 0, 1, len(extra), 0, 0, 0, 0, 0xFFFFFFFF)
        + b"x"
        + extra
    )
    packed = BytesIO(entry + pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, len(entry), 0, 0))
    if is_read:
        assert read_directory(packed)[0][0].offset == offset
    else:
        with pytest.raises(ContainerMalformed, match="larger than any file"):
            read_directory(packed)
