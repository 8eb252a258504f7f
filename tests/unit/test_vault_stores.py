# SPDX-License-Identifier: AGPL-3.0-or-later
"""Payloads, slips, cells and packs: put once, found again, lost by name, and completed after a kill."""

import hashlib
import io
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from vault_kit import EPOCH, IDENTITY, age_file, files, fill_vault, overwrite, slip

from sviedka.core.base.errors import TooLarge
from sviedka.core.seal.age_chunks import PLAIN_CHUNK
from sviedka.core.seal.age_errors import HeaderMalformed, PayloadForged
from sviedka.core.seal.age_file import decrypt_bytes
from sviedka.core.seal.age_header import unwrap_file_key
from sviedka.core.seal.seal_file import seal_bytes
from sviedka.vault import packs
from sviedka.vault.cells import CellLost, find_cell, find_seat_cell, put_cell, put_seat_cells, remove_cell
from sviedka.vault.deposit_group import open_group
from sviedka.vault.disk_errors import AlreadyThere, DiskError
from sviedka.vault.entropy import new_id
from sviedka.vault.epochs import list_epochs
from sviedka.vault.layout import Archive
from sviedka.vault.objects import PayloadLost, has_payload, open_payload, put_payload, put_payload_bytes
from sviedka.vault.pack_sums import SumsMalformed, parse_sums
from sviedka.vault.packs import StaleWriter, iter_packs, list_desks, list_packs, put_pack
from sviedka.vault.page_writer import PageWriter
from sviedka.vault.recovery import recover
from sviedka.vault.release import PlaintextDiffers, Release, release_payload
from sviedka.vault.slips import SlipLost, find_slip, put_slip, remove_slip

KEY, NONCE = b"k" * 16, b"n" * 16


@pytest.fixture
def archive(tmp_path):
    return Archive(root=tmp_path / "archive")


def payloads(archive):
    return [path for path in files(archive.objects) if ".tmp" not in path.parts]


@pytest.mark.parametrize("size", [0, 1, PLAIN_CHUNK, 2 * 32 * PLAIN_CHUNK, 3 * 32 * PLAIN_CHUNK + 17])
def test_a_payload_is_named_by_its_digest_and_opens_again(archive, tmp_path, size):
    plaintext = os.urandom(size)
    sealed = put_payload(archive, io.BytesIO(plaintext), file_key=KEY, nonce=NONCE)
    path = archive.payload(sealed.payload_sha256)
    assert [path] == payloads(archive)
    assert sealed.payload_sha256 == hashlib.sha256(path.read_bytes()).digest()
    assert stat.S_IMODE(path.stat().st_mode) == 0o444
    opened = release_payload(
        archive, sealed.payload_sha256, tmp_path / "out", file_key=KEY, plain_sha256=sealed.plain_sha256
    )
    assert plaintext == (tmp_path / "out").read_bytes()
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o600
    assert sealed.plain_sha256 == opened.plain_sha256


def test_the_same_payload_put_twice_is_left_as_it_is(archive):
    first = put_payload(archive, io.BytesIO(b"text"), file_key=KEY, nonce=NONCE)
    overwrite(archive.payload(first.payload_sha256), b"as the disk spoilt it")
    assert first == put_payload(archive, io.BytesIO(b"text"), file_key=KEY, nonce=NONCE)
    put_payload_bytes(archive, seal_bytes(b"text", file_key=KEY, nonce=NONCE))
    assert archive.payload(first.payload_sha256).read_bytes() == b"as the disk spoilt it"
    assert files(archive.objects / ".tmp") == []


def test_a_source_that_cannot_be_read_leaves_nothing(archive):
    class Broken(io.RawIOBase):
        def readinto(self, buffer):
            raise OSError(5, "unreadable")

    with pytest.raises(DiskError):
        put_payload(archive, Broken(), file_key=KEY, nonce=NONCE)
    assert files(archive.objects) == []


def test_a_payload_that_is_not_there_is_lost(archive, tmp_path):
    assert not has_payload(archive, "ab" * 32)
    with pytest.raises(PayloadLost) as failure:
        open_payload(archive, "ab" * 32)
    assert failure.value.exit_status == 10
    with pytest.raises(PayloadLost):
        release_payload(archive, "ab" * 32, tmp_path / "out", file_key=KEY)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("harm", ["last byte", "first chunk", "cut at a chunk", "cut", "longer"])
def test_nothing_is_released_of_a_payload_that_was_changed(archive, tmp_path, harm):
    # pitfall: pyrage left all plaintext but the last chunk on disk, and raised an error of another kind
    sealed = put_payload(archive, io.BytesIO(os.urandom(40 * PLAIN_CHUNK)), file_key=KEY, nonce=NONCE)
    path = archive.payload(sealed.payload_sha256)
    data = bytearray(path.read_bytes())
    if harm == "last byte":
        data[-1] ^= 1
    elif harm == "first chunk":
        data[100] ^= 1
    else:
        data = {"cut at a chunk": data[: 16 + 39 * (PLAIN_CHUNK + 16)], "cut": data[:-30], "longer": data + b"x"}[harm]
    good = path.read_bytes()
    out = tmp_path / "out"
    out.mkdir()
    overwrite(path, data)
    with pytest.raises(PayloadForged):
        release_payload(archive, sealed.payload_sha256, out / "file", file_key=KEY)
    assert list(out.iterdir()) == []
    overwrite(path, good)
    release_payload(archive, sealed.payload_sha256, out / "file", file_key=KEY)
    assert [out / "file"] == list(out.iterdir()), "the control"


def test_another_item_s_plaintext_is_not_released_in_this_one_s_name(archive, tmp_path):
    sealed = put_payload(archive, io.BytesIO(b"another text"), file_key=KEY, nonce=NONCE)
    with pytest.raises(PlaintextDiffers):
        release_payload(archive, sealed.payload_sha256, tmp_path / "out", file_key=KEY, plain_sha256=bytes(32))
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("unnamed", [True, False])
def test_a_release_appears_whole_and_never_over_another_file(tmp_path, unnamed):
    out = tmp_path / "out"
    with Release(out, unnamed=unnamed) as release:
        release.writer.write(memoryview(b"half"))
        assert not out.exists()
    assert list(tmp_path.iterdir()) == []
    with Release(out, unnamed=unnamed) as release:
        release.writer.write(memoryview(b"whole"))
        release.publish()
    assert out.read_bytes() == b"whole"
    assert [out] == list(tmp_path.iterdir())
    with pytest.raises(AlreadyThere):
        Release(out, unnamed=unnamed)
    out.unlink()
    with Release(out, unnamed=unnamed) as release:
        out.write_bytes(b"taken meanwhile")
        with pytest.raises(AlreadyThere):
            release.publish()
    assert out.read_bytes() == b"taken meanwhile"
    assert [out] == list(tmp_path.iterdir())


def test_a_disk_without_hard_links_takes_a_release_by_renaming(tmp_path, monkeypatch):
    def link(*_arguments, **_options):
        raise PermissionError(1, "no links here")

    monkeypatch.setattr(os, "link", link)
    with Release(tmp_path / "out", unnamed=False) as release:
        release.writer.write(memoryview(b"whole"))
        release.publish()
    assert (tmp_path / "out").read_bytes() == b"whole"
    (tmp_path / "out").unlink()
    with Release(tmp_path / "out", unnamed=False) as release:
        (tmp_path / "out").touch()
        with pytest.raises(AlreadyThere):
            release.publish()
    assert [tmp_path / "out"] == list(tmp_path.iterdir())


def test_a_release_killed_half_way_leaves_nothing(tmp_path):
    program = """
import os, sys
from pathlib import Path
from sviedka.vault.release import Release
with Release(Path(sys.argv[1]) / "out") as release:
    release.writer.write(memoryview(bytes(1_000_000)))
    os.kill(os.getpid(), 9)
"""
    run = subprocess.run([sys.executable, "-c", program, tmp_path], check=False)
    assert run.returncode == -9
    assert list(tmp_path.iterdir()) == []


def test_a_disk_without_direct_writing_is_written_the_ordinary_way(tmp_path, monkeypatch):
    monkeypatch.delattr(os, "O_DIRECT")
    writer, path = PageWriter.create(tmp_path)
    writer.write(memoryview(bytes(8192)))
    writer.write(memoryview(b"end"))
    writer.sync()
    writer.close()
    assert bytes(8192) + b"end" == path.read_bytes()


def test_crooked_pieces_are_written_in_their_place(tmp_path):
    writer, path = PageWriter.create(tmp_path)
    data = os.urandom(20_000)
    for start in range(0, len(data), 4096 + 7):
        writer.write(memoryview(data)[start : start + 4096 + 7])
    writer.close()
    assert data == path.read_bytes()


def test_a_slip_is_put_once_and_found_in_the_newest_epoch(archive):
    item, old, new = new_id(), slip(), slip()
    put_slip(archive, "2026-9.1".replace("-9", "-09"), item, old)
    assert ("2026-09.1", old) == find_slip(archive, item)
    put_slip(archive, "2026-10.2", item, new)
    put_slip(archive, "2026-10.10", item, slip())
    assert find_slip(archive, item)[0] == "2026-10.10"
    assert list_epochs(archive.slips) == ("2026-10.10", "2026-10.2", "2026-09.1")
    with pytest.raises(AlreadyThere):
        put_slip(archive, "2026-10.2", item, slip())
    assert new == archive.slip("2026-10.2", item).read_bytes()
    remove_slip(archive, "2026-10.10", item)
    remove_slip(archive, "2026-10.10", item)
    assert ("2026-10.2", new) == find_slip(archive, item)
    assert unwrap_file_key(find_slip(archive, item)[1], IDENTITY) == KEY


def test_a_slip_that_is_not_there_is_lost_and_one_that_is_no_slip_is_refused(archive):
    item = new_id()
    with pytest.raises(SlipLost) as failure:
        find_slip(archive, item)
    assert failure.value.exit_status == 10
    for header in (b"", slip() + b"x", slip()[:-1]):
        with pytest.raises(HeaderMalformed):
            put_slip(archive, EPOCH, item, header)
    put_slip(archive, EPOCH, item, slip())
    overwrite(archive.slip(EPOCH, item), b"not a slip")
    with pytest.raises(HeaderMalformed):
        find_slip(archive, item)
    overwrite(archive.slip(EPOCH, item), slip()[:30] + b"a" * 5_000)
    with pytest.raises(TooLarge):
        find_slip(archive, item)


def test_cells_are_put_found_and_lost_like_slips(archive):
    cell, key = new_id(), os.urandom(32)
    with pytest.raises(CellLost):
        find_cell(archive, cell)
    put_cell(archive, EPOCH, cell, age_file(key))
    epoch, data = find_cell(archive, cell)
    assert (EPOCH, 232, key) == (epoch, len(data), decrypt_bytes(data, IDENTITY))
    with pytest.raises(AlreadyThere):
        put_cell(archive, EPOCH, cell, age_file(key))
    with pytest.raises(TooLarge):
        put_cell(archive, EPOCH, new_id(), age_file(bytes(5_000)))
    remove_cell(archive, EPOCH, cell)
    with pytest.raises(CellLost):
        find_cell(archive, cell)


def test_an_identity_cell_has_a_copy_for_each_pair_of_seats(archive):
    cell = new_id()
    copies = {(low, high): age_file(age_file(age_file(bytes(32)))) for low in range(1, 5) for high in range(low + 1, 6)}
    put_seat_cells(archive, cell, copies)
    assert len(copies) == 10
    for pair, data in copies.items():
        assert len(data) == 632
        assert data == find_seat_cell(archive, cell, *pair)
    with pytest.raises(AlreadyThere):
        put_seat_cells(archive, cell, copies)
    with pytest.raises(CellLost):
        find_seat_cell(archive, new_id(), 1, 2)


def test_packs_come_back_in_order_from_the_one_that_holds_an_index(archive):
    assert list(iter_packs(archive, "minsk-1")) == []
    assert list_desks(archive) == ()
    for first in (0, 5, 6, 1_000_000):
        put_pack(archive, "minsk-1", first, age_file(b"%d" % first))
    assert list_packs(archive, "minsk-1") == [0, 5, 6, 1_000_000]
    assert list_desks(archive) == ("minsk-1",)
    for index, expected in (
        (0, [0, 5, 6, 1_000_000]),
        (4, [0, 5, 6, 1_000_000]),
        (5, [5, 6, 1_000_000]),
        (9, [6, 1_000_000]),
    ):
        assert expected == [pack.first_index for pack in iter_packs(archive, "minsk-1", index)]
    assert decrypt_bytes(next(iter_packs(archive, "minsk-1", 6)).data, IDENTITY) == b"6"


def test_the_list_of_packs_is_what_sha256sum_reads(archive):
    for first in (0, 5):
        put_pack(archive, "minsk-1", first, age_file(b"text"))
    folder = archive.desk_packs("minsk-1")
    subprocess.run(["sha256sum", "--strict", "-c", "SHA256SUMS"], cwd=folder, check=True, capture_output=True)
    overwrite(archive.pack("minsk-1", 5), b"changed")
    failed = subprocess.run(["sha256sum", "--strict", "-c", "SHA256SUMS"], cwd=folder, check=False, capture_output=True)
    assert failed.returncode != 0, "the control"


def test_a_stale_writer_is_refused_and_writes_nothing(archive):
    put_pack(archive, "minsk-1", 0, b"first")
    put_pack(archive, "minsk-1", 5, b"second")
    before = {path: path.read_bytes() for path in files(archive.packs)}
    for first in (0, 3, 5):
        with pytest.raises(StaleWriter) as failure:
            put_pack(archive, "minsk-1", first, b"stale")
        assert failure.value.exit_status == 50
    assert before == {path: path.read_bytes() for path in files(archive.packs)}


def test_a_pack_without_its_line_stops_the_next_writer_and_gets_the_line(archive):
    put_pack(archive, "minsk-1", 0, b"first")
    archive.pack("minsk-1", 5).write_bytes(b"whose writer was killed before its line")
    with pytest.raises(StaleWriter):
        put_pack(archive, "minsk-1", 5, b"stale")
    lines = parse_sums(archive.pack_sums("minsk-1").read_bytes())
    assert [line.name for line in lines] == ["000000000000.age", "000000000005.age"]
    put_pack(archive, "minsk-1", 9, b"third")


def test_a_pack_whose_line_cannot_be_written_is_taken_away_again(archive, monkeypatch):
    put_pack(archive, "minsk-1", 0, b"first")

    def append(_self, _lines):
        raise OSError(28, "full")

    with monkeypatch.context() as patched:
        patched.setattr("sviedka.vault.pack_sums.OpenSums.append", append)
        with pytest.raises(packs.Unavailable):
            put_pack(archive, "minsk-1", 5, b"second")
    assert list_packs(archive, "minsk-1") == [0]
    put_pack(archive, "minsk-1", 5, b"second")


def test_a_pack_has_a_cap(archive, monkeypatch):
    monkeypatch.setattr(packs, "MAX_PACK_BYTES", 10)
    put_pack(archive, "minsk-1", 0, bytes(10))
    with pytest.raises(TooLarge):
        put_pack(archive, "minsk-1", 1, bytes(11))
    archive.pack("minsk-1", 1).write_bytes(bytes(11))
    with pytest.raises(TooLarge):
        list(iter_packs(archive, "minsk-1"))


@pytest.mark.parametrize("tail", [b"", b"0" * 40, b"0" * 64 + b"  000000000005.age"])
def test_a_start_completes_the_list_of_packs_and_cuts_a_torn_line(archive, tail):
    put_pack(archive, "minsk-1", 0, b"first")
    good = archive.pack_sums("minsk-1").read_bytes()
    archive.pack("minsk-1", 5).write_bytes(b"second")
    archive.pack_sums("minsk-1").write_bytes(good + tail)
    assert recover(archive).pack_lines == 1
    expected = good + f"{hashlib.sha256(b'second').hexdigest()}  000000000005.age\n".encode()
    assert expected == archive.pack_sums("minsk-1").read_bytes()
    assert recover(archive).pack_lines == 0


@pytest.mark.parametrize(
    "data",
    [
        b"x",
        b"a" * 64 + b" 000000000000.age\n",
        b"A" * 64 + b"  000000000000.age\n",
        b"a" * 64 + b"  000000000000.age",
        (b"a" * 64 + b"  000000000000.age\n") * 2,
        b"a" * 64 + b"  000000000001.age\n" + b"a" * 64 + b"  000000000000.age\n",
        b"a" * 64 + b"  ../../../x.age\n",
    ],
    ids=["word", "one-space", "upper-case", "cut", "twice", "backwards", "outside"],
)
def test_a_list_of_packs_in_another_form_is_refused(data):
    parse_sums(b"a" * 64 + b"  000000000000.age\n")
    with pytest.raises(SumsMalformed):
        parse_sums(data)


def test_a_start_removes_what_the_killed_left_and_touches_nothing_else(archive):
    fill_vault(archive)
    kept = {path: path.read_bytes() for path in files(archive.root)}
    for folder in (
        archive.objects / ".tmp",
        archive.slips / ".tmp",
        archive.packs / "minsk-1",
        archive.root,
        archive.keys,
    ):
        folder.mkdir(exist_ok=True)
        (folder / ".new-0123456789abcdef").write_bytes(b"half")
    killed = archive.objects / ".tmp" / ".new-aaaaaaaaaaaaaaaa"
    killed.mkdir()
    (killed / "1").write_bytes(b"half")
    assert recover(archive).temporaries == 6
    assert kept == {path: path.read_bytes() for path in files(archive.root)}
    assert recover(archive).temporaries == 0
    assert Path(archive.objects / ".tmp").is_dir()


def test_a_list_that_a_kill_left_open_is_closed_over_what_is_there(archive):
    items = fill_vault(archive, items=3)
    listed = next(path for path in files(archive.slips / EPOCH / "sums"))
    listed.rename(f"{listed}.open")
    archive.slip(EPOCH, items[0]).unlink()  # as if it had not been linked yet
    assert recover(archive).lists == 1
    names = {line.split("  ")[1] for line in listed.read_text().splitlines()}
    assert {f"{item[:2]}/{item}" for item in items[1:]} == names
    assert recover(archive).lists == 0


def test_a_list_of_a_group_that_is_being_committed_is_left_open(archive):
    import fcntl

    fill_vault(archive, items=1)
    listed = next(path for path in files(archive.slips / EPOCH / "sums"))
    held = listed.rename(f"{listed}.open")
    with held.open("rb") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        assert recover(archive).lists == 0
    assert recover(archive).lists == 1


def test_two_groups_at_once_do_not_meet(archive):
    with open_group(archive) as one, open_group(archive) as other:
        for group in (one, other):
            key = os.urandom(16)
            put_payload_bytes(archive, seal_bytes(b"same text", file_key=key, nonce=os.urandom(16)), group=group)
            put_slip(archive, EPOCH, new_id(), slip(key), group=group)
        one.commit()
        recover(archive)
        other.commit()
    assert len(payloads(archive)) == 2
