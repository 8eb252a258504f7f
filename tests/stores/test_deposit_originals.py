# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whatever is handed in is sealed as it is, with how it came; what cannot be is said, and stops nothing else."""

import os
from hashlib import sha256
from pathlib import Path

import pytest
from archive_kit import LocalKeeper, admit_all, case_of, person, statements_of
from hypothesis import given
from hypothesis import strategies as st

from sviedka.core.base.errors import Malformed
from sviedka.store.connect import disconnect
from sviedka.store.deposit.depositing import GROUP_ITEMS, deposit
from sviedka.store.deposit.file_names import fitting_name, parse_name, spell_name
from sviedka.store.deposit.opening import open_item
from sviedka.store.deposit.originals import ChangedWhileRead, OriginalUnreadable, find_originals
from sviedka.store.deposit.report import OriginalsLeft
from sviedka.store.deposit.sniffing import sniff
from sviedka.store.drafting import PersonUnknown
from sviedka.store.models import Item, Passage
from sviedka.store.scope import in_cases, whole_archive

CASE = "case-one"


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "handed in"
    made.mkdir()
    return made


def items(keeper):
    with in_cases(case_of(keeper, CASE)):
        return {row.path: row for row in Item.objects.all()}


def opened(archive, keeper, item, tmp_path):
    out = tmp_path / f"out-{item}"
    open_item(archive, keeper, item, out=out, purpose="a test")
    return out.read_bytes()


def test_a_folder_keeps_its_structure(archive, keeper, folder):
    (folder / "a" / "b").mkdir(parents=True)
    (folder / "a" / "b" / "leaf.txt").write_text("leaf")
    (folder / "top.txt").write_text("top")
    result = deposit(archive, keeper, [folder], case=CASE)
    assert [one.shown_path for one in result.sealed] == ["handed in/a/b/leaf.txt", "handed in/top.txt"]
    assert result.exit_status == 0
    rows = items(keeper)
    assert {path: row.kind for path, row in rows.items()} == {
        "handed in": "folder",
        "handed in/a": "folder",
        "handed in/a/b": "folder",
        "handed in/a/b/leaf.txt": "file",
        "handed in/top.txt": "file",
    }
    assert rows["handed in/a/b/leaf.txt"].parent == rows["handed in/a/b"].item
    assert rows["handed in/a/b"].parent == rows["handed in/a"].item
    assert rows["handed in"].parent is None
    assert rows["handed in/a"].payload_sha256 is None


def test_how_it_came_is_recorded(archive, keeper, folder):
    path = folder / "picture.jpg"
    path.write_bytes(b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(100))
    os.utime(path, (1597050000, 1597050000))
    deposit(archive, keeper, [path], case=CASE, source="s-1")
    (item,) = items(keeper).values()
    received, sealed = statements_of(keeper, CASE, item.item)
    assert received.fields["original_name"] == "picture.jpg"
    assert received.fields["media_type"] == "image/jpeg"
    assert received.fields["size_bytes"] == 110
    assert received.fields["tool"] == "sviedka"
    assert {time["what"]: time["value"] for time in received.fields["times"]}["modified"] == "2020-08-10T09:00:00Z"
    assert {time["what"]: time["trust"] for time in received.fields["times"]}["modified"] == "declared"
    assert sealed.fields["plain_sha256"] == sha256(path.read_bytes()).hexdigest()
    assert received.fields["source"]


def test_what_was_sealed_opens_to_the_same_bytes(archive, keeper, folder, tmp_path):
    sizes = (0, 1, 65535, 65536, 65537, 1_048_576, 1_048_577, 3_000_000)
    wanted = {}
    for size in sizes:
        content = os.urandom(size)
        (folder / str(size)).write_bytes(content)
        wanted[size] = content
    result = deposit(archive, keeper, [folder], case=CASE)
    assert len(result.sealed) == len(sizes)
    for one in result.sealed:
        assert opened(archive, keeper, one.item_id, tmp_path) == wanted[one.size_bytes]


HOSTILE = [
    b"line\nfeed.txt",
    b"carriage\rreturn",
    b"\x1b[31mred\x1b[0m",
    b"bell\x07",
    "right-to-left \u202etxt.exe".encode(),
    "line separator \u2028".encode(),
    b"not \xff\xfe utf-8 \x80",
    b"back\\slash",
    b"-rf",
    b"$(touch pwned)",
    b"'; DROP TABLE store_item; --",
    b" leading and trailing ",
    "\u0301combining".encode(),
    b"x" * 255,
    b"\x01" * 255,
    "памятка.txt".encode(),
]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_kept_exactly(archive, keeper, folder, name):
    Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_bytes(b"content")
    result = deposit(archive, keeper, [folder], case=CASE)
    assert len(result.sealed) == 1
    (row,) = [row for path, row in items(keeper).items() if row.kind == "file"]
    assert parse_name(row.path) == b"handed in/" + name
    if fitting_name(name) is not None:
        assert parse_name(row.original_name) == name
    assert not any(character < " " for character in row.path)


@given(st.binary(min_size=1, max_size=300))
def test_every_name_has_one_spelling_and_comes_back(name):
    assert parse_name(spell_name(name)) == name


@given(st.text(max_size=40))
def test_reading_a_spelling_raises_nothing_else(text):
    try:
        name = parse_name(text)
    except Malformed:
        return
    assert spell_name(name) == text


def test_links_are_noted_and_not_followed(archive, keeper, folder, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("canary beyond the folder")
    (folder / "link").symlink_to(secret)
    (folder / "up").symlink_to("..")
    (folder / "dangling").symlink_to("nowhere")
    result = deposit(archive, keeper, [folder], case=CASE)
    assert result.sealed == ()
    assert {finding.code for finding in result.findings} == {"withheld.link-not-followed"}
    assert result.exit_status == 0
    (row,) = items(keeper).values()
    noted = [one.fields for one in statements_of(keeper, CASE, row.item) if one.type == "item.noted/1"]
    assert {one["name"]: one["target"] for one in noted} == {
        "link": spell_name(os.fsencode(secret)),
        "up": "..",
        "dangling": "nowhere",
    }


def test_a_link_that_was_named_itself_is_not_followed_either(archive, keeper, folder):
    (folder / "real").write_text("real")
    (folder / "link").symlink_to("real")
    result = deposit(archive, keeper, [folder / "link"], case=CASE)
    assert result.sealed == ()
    assert len(result.findings) == 1


def test_pipes_and_sockets_are_noted_and_do_not_stop_us(archive, keeper, folder):
    os.mkfifo(folder / "pipe")
    (folder / "file").write_text("file")
    result = deposit(archive, keeper, [folder], case=CASE)
    assert [one.shown_path for one in result.sealed] == ["handed in/file"]
    assert [finding.code for finding in result.findings] == ["withheld.special-file"]


def test_what_cannot_be_read_is_counted_noted_and_stops_nothing_else(archive, keeper, folder):
    (folder / "good").write_text("good")
    unreadable = Path("/proc/self/mem")  # opens for whoever we are, and fails to be read
    result = deposit(archive, keeper, [unreadable, folder, folder / "absent"], case=CASE)
    assert [one.shown_path for one in result.sealed] == ["handed in/good"]
    assert result.unsealed == 2
    assert result.exit_status == 50
    assert result.to_json()["verdict"] == "unavailable"
    with pytest.raises(OriginalsLeft):
        result.raise_if_incomplete()


def test_a_file_that_changes_while_it_is_read_is_not_taken(folder):
    path = folder / "growing"
    path.write_text("before")
    (found,) = find_originals([path])
    with pytest.raises(ChangedWhileRead), found.opened() as source:
        path.write_bytes(source.read() + b"after")


def test_control_a_file_that_stays_is_taken(folder):
    path = folder / "quiet"
    path.write_text("before")
    (found,) = find_originals([path])
    with found.opened() as source:
        assert source.read() == b"before"


def test_a_file_that_became_a_link_is_not_followed(folder):
    path = folder / "file"
    path.write_text("file")
    (found,) = find_originals([path])
    path.unlink()
    path.symlink_to("/etc/hostname")
    with pytest.raises(OriginalUnreadable), found.opened():
        pass


def test_a_file_that_became_a_pipe_does_not_make_us_wait(folder):
    path = folder / "file"
    path.write_text("file")
    (found,) = find_originals([path])
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(ChangedWhileRead), found.opened():
        pass


@pytest.mark.parametrize("size", [5, 2_000_000])
@pytest.mark.parametrize("together", [True, False])
def test_the_same_bytes_twice_share_a_payload_under_two_slips(archive, keeper, folder, tmp_path, size, together):
    content = os.urandom(size)
    for name in ("one", "two"):
        (folder / name).write_bytes(content)
    if together:
        first, second = deposit(archive, keeper, [folder], case=CASE).sealed
    else:
        (first,) = deposit(archive, keeper, [folder / "one"], case=CASE).sealed
        (second,) = deposit(archive, keeper, [folder / "two"], case=CASE).sealed
    assert (first.shared, second.shared) == (False, True)
    assert len(list(archive.objects.glob("??/*"))) == 1
    slips = {path.name for path in archive.slips.glob("*/??/*")}
    assert {first.item_id, second.item_id} <= slips
    for item in (first.item_id, second.item_id):
        assert [one.type for one in statements_of(keeper, CASE, item)] == ["item.received/1", "item.sealed/1"]
    next(archive.slips.glob(f"*/??/{first.item_id}")).unlink()
    assert opened(archive, keeper, second.item_id, tmp_path) == content


def test_bytes_are_not_shared_with_a_payload_that_has_rotted(archive, keeper, folder, tmp_path):
    content = os.urandom(5000)
    (folder / "one").write_bytes(content)
    deposit(archive, keeper, [folder], case=CASE)
    (payload,) = archive.objects.glob("??/*")
    payload.chmod(0o600)
    payload.write_bytes(payload.read_bytes()[:-1] + b"?")
    (again,) = deposit(archive, keeper, [folder], case=CASE).sealed
    assert not again.shared
    assert opened(archive, keeper, again.item_id, tmp_path) == content


def test_bytes_are_not_shared_when_the_first_slip_is_lost(archive, keeper, folder, tmp_path):
    (folder / "one").write_bytes(b"content")
    (first,) = deposit(archive, keeper, [folder], case=CASE).sealed
    next(archive.slips.glob(f"*/??/{first.item_id}")).unlink()
    (again,) = deposit(archive, keeper, [folder], case=CASE).sealed
    assert not again.shared
    assert opened(archive, keeper, again.item_id, tmp_path) == b"content"


def test_more_than_a_group(archive, keeper, folder, told):
    count = 2 * GROUP_ITEMS + 3
    for number in range(count):
        (folder / f"{number:04}").write_text(f"content {number}")
    result = deposit(archive, keeper, [folder], case=CASE, progress=told)
    assert len(result.sealed) == count
    size = sum(path.stat().st_size for path in folder.iterdir())
    assert (sum(told.done), told.expected) == (size, size)
    assert len({one.item_id for one in result.sealed}) == count


def test_nothing_about_an_original_lies_readable_in_the_archive(archive, keeper, folder):
    (folder / "canary-name.txt").write_text("canary-content " * 100)
    (folder / "canary-folder").mkdir()
    deposit(archive, keeper, [folder], case="canary-case", source="canary-source")
    disconnect()
    for path in archive.root.rglob("*"):
        assert "canary" not in path.name
        if path.is_file():
            assert b"canary" not in path.read_bytes(), path


def test_names_and_digests_go_under_the_cell_of_who_handed_it_over(archive, keeper, folder):
    (folder / "their-name.txt").write_text("content")
    giver = person(keeper, "Giver")
    admit_all(archive, keeper, [giver])
    deposit(archive, keeper, [folder / "their-name.txt"], case=CASE, handed_over_by={"person": giver.subject})
    (item,) = items(keeper).values()
    with whole_archive():
        by_cell = {row.cells: row.disclosures for row in Passage.objects.filter(statement__subject=item.item)}
    assert set(by_cell) == {(giver.fields["cell"],), (keeper.facts().archive_cell,)}
    assert item.handed_over_by == giver.subject
    keeper_without = LocalKeeper(archive)
    next(archive.cells.rglob(giver.fields["cell"])).unlink()
    from sviedka.store.rebuild import rebuild

    rebuild(archive, keeper_without)
    (item,) = _all_items()
    assert (item.original_name, item.path, item.plain_sha256) == (None, None, None)
    assert item.payload_sha256 is not None


def _all_items():
    with whole_archive():
        return list(Item.objects.all())


def test_somebody_who_is_not_recorded_cannot_have_handed_it_over(archive, keeper, folder):
    (folder / "file").write_text("content")
    with pytest.raises(PersonUnknown):
        deposit(archive, keeper, [folder], case=CASE, handed_over_by={"person": "e" * 32})


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"", "application/octet-stream"),
        (b"hello\n", "text/plain"),
        ("памятка".encode("cp1251"), "text/plain"),
        ("памятка".encode("utf-16"), "text/plain"),
        (b"%PDF-1.7\n", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n" + bytes(20), "image/png"),
        (b"PK\x05\x06" + bytes(18), "application/zip"),
        (bytes(64), "application/octet-stream"),
        (b"\x00\x00\x00\x18ftypM4A \x00\x00\x00\x00", "audio/mp4"),
    ],
)
def test_a_kind_of_file_is_told_by_its_bytes(head, expected):
    assert sniff(head) == expected


@given(st.binary(max_size=400))
def test_sniffing_never_fails_and_always_gives_a_media_type(head):
    kind, _, rest = sniff(head).partition("/")
    assert kind
    assert rest


@pytest.mark.parametrize("case", ["", "two words", "a\nb", "Large"])
def test_a_case_that_no_record_file_could_name_is_refused(archive, keeper, tmp_path, case):
    from sviedka.store.deposit.depositing import deposit
    from sviedka.store.labels import LabelMalformed

    path = tmp_path / "given.txt"
    path.write_text("given")
    with pytest.raises(LabelMalformed):
        deposit(archive, keeper, [path], case=case)
    assert deposit(archive, keeper, [path], case="a-case").sealed
