# SPDX-License-Identifier: AGPL-3.0-or-later
"""A ZIP is sealed as it is; its members become items only if its list is harmless. Each file here proves one failure."""

import io
import os
import stat
import struct
import zipfile

import pytest
from archive_kit import case_of, statements_of
from hypothesis import given, settings
from hypothesis import strategies as st

from sviedka.core.base.errors import Failure
from sviedka.store.deposit import containers
from sviedka.store.deposit.containers import Budget, ContainerRefused, Member, open_container
from sviedka.store.deposit.depositing import deposit
from sviedka.store.deposit.sealing import SMALL_BYTES
from sviedka.store.models import Item
from sviedka.store.scope import in_cases

CASE = "case-one"
ITEM = "a" * 32


def zip_of(members, *, method=zipfile.ZIP_DEFLATED):
    """Return a ZIP; a member's name may be text or a ready ZipInfo."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as container:
        for name, content in members:
            container.writestr(name, content)
    return made.getvalue()


def listed(data):
    return open_container(io.BytesIO(data), item=ITEM, path=b"x.zip", budget=Budget())


def link(name):
    info = zipfile.ZipInfo(name)
    info.create_system = 3
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


def named(name):
    """A member whose name Python would not write like this."""
    data = zip_of([("X" * len(name), b"content")])
    return data.replace(b"X" * len(name), name)


def claiming(size):
    """A ZIP whose list says that its one member is `size` bytes long."""
    data = bytearray(zip_of([("a", b"b" * 1000)]))
    at = data.rindex(b"PK\x01\x02")
    struct.pack_into("<I", data, at + 24, size)
    return bytes(data)


REFUSED = {
    "a name that climbs out": zip_of([("../evil", b"x")]),
    "a name that climbs out in the middle": zip_of([("a/../../evil", b"x")]),
    "a name that climbs out by backslashes": named(b"..\\evil"),
    "an absolute name": named(b"/etc/passwd"),
    "an absolute name of Windows": named(b"C:evil"),
    "a name with a zero byte": named(b"a\0b.txt"),
    "a symbolic link": zip_of([(link("link"), b"/etc/passwd")]),
    "zeros packed a thousand to one": zip_of([("zeros", bytes(10_000_000))]),
    "many small members packed a thousand to one": zip_of([(f"{n}", bytes(70_000)) for n in range(20)]),
    "a list that promises more than two gigabytes": claiming(2**31 + 1),
    "names too deep": zip_of([("a/" * 70 + "b", b"x")]),
    "an empty name": named(b"/"),
    "only the end of a list": b"PK\x05\x06" + b"\xff" * 18,
    "cut in the middle": zip_of([("a", os.urandom(5000))])[:-30],
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_container_is_refused_for(name):
    with pytest.raises(ContainerRefused):
        listed(REFUSED[name])


def test_too_many_members_are_refused(monkeypatch):
    monkeypatch.setattr(containers, "MOST_MEMBERS", 10)
    data = zip_of([(f"{number}", b"x") for number in range(11)])
    with pytest.raises(ContainerRefused):
        open_container(io.BytesIO(data), item=ITEM, path=b"x.zip", budget=Budget(members=10))


def test_control_an_honest_container_is_listed_folders_first():
    data = zip_of([("a/b/c.txt", b"content"), ("top.txt", b"top"), ("empty/", b"")])
    found = listed(data)
    assert [one.path for one in found] == [
        b"x.zip/a",
        b"x.zip/a/b",
        b"x.zip/a/b/c.txt",
        b"x.zip/top.txt",
        b"x.zip/empty",
    ]
    by_path = {one.path: one for one in found}
    assert by_path[b"x.zip/a/b/c.txt"].parent == by_path[b"x.zip/a/b"].item
    assert by_path[b"x.zip/top.txt"].parent == ITEM


BROKEN_MEMBERS = {
    "a wrong checksum": zip_of([("a", b"content" * 50)], method=zipfile.ZIP_STORED).replace(
        b"contentcontent", b"contentCONTENT", 1
    ),
    "a size that is not true": claiming(999),
    "an unknown method": zip_of([("a", b"content")]).replace(
        b"PK\x01\x02\x14\x03\x14\x00\x00\x00\x08\x00", b"PK\x01\x02\x14\x03\x14\x00\x00\x00\x63\x00"
    ),
    "a member said to be encrypted": zip_of([("a", b"content")]).replace(
        b"PK\x01\x02\x14\x03\x14\x00\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01\x00"
    ),
}


@pytest.mark.parametrize("name", BROKEN_MEMBERS)
def test_a_member_that_cannot_be_unpacked_is_noted_and_the_container_is_sealed(archive, keeper, tmp_path, name):
    (tmp_path / "x.zip").write_bytes(BROKEN_MEMBERS[name])
    result = deposit(archive, keeper, [tmp_path / "x.zip"], case=CASE)
    assert [one.shown_path for one in result.sealed] == ["x.zip"]
    assert [finding.code for finding in result.findings] == ["unavailable.unreadable"]
    noted = [one for one in statements_of(keeper, CASE, result.sealed[0].item_id) if one.type == "item.noted/1"]
    assert [one.fields["finding"] for one in noted] == ["unreadable"]


@pytest.mark.parametrize("name", ["a name that climbs out", "zeros packed a thousand to one", "a symbolic link"])
def test_a_refused_container_is_sealed_whole_and_the_refusal_is_in_the_log(archive, keeper, tmp_path, name):
    (tmp_path / "x.zip").write_bytes(REFUSED[name])
    result = deposit(archive, keeper, [tmp_path / "x.zip"], case=CASE)
    (sealed,) = result.sealed
    assert sealed.media_type == "application/zip"
    assert [finding.code for finding in result.findings] == ["withheld.container-refused"]
    noted = [one for one in statements_of(keeper, CASE, sealed.item_id) if one.type == "item.noted/1"]
    assert [one.fields["finding"] for one in noted] == ["container-refused"]
    assert noted[0].fields["reason"]
    assert not (tmp_path.parent / "evil").exists()


def paths_of(keeper):
    with in_cases(case_of(keeper, CASE)):
        return {row.path: (row.kind, row.parent) for row in Item.objects.all()}


def test_members_are_items_below_their_container(archive, keeper, tmp_path):
    content = os.urandom(SMALL_BYTES + 5)
    data = zip_of([("folder/small.txt", b"small"), ("folder/large.bin", content)])
    (tmp_path / "x.zip").write_bytes(data)
    result = deposit(archive, keeper, [tmp_path / "x.zip"], case=CASE)
    assert {one.shown_path for one in result.sealed} == {"x.zip", "x.zip/folder/small.txt", "x.zip/folder/large.bin"}
    rows = paths_of(keeper)
    assert {path: kind for path, (kind, _) in rows.items()} == {
        "x.zip": "container",
        "x.zip/folder": "folder",
        "x.zip/folder/small.txt": "file",
        "x.zip/folder/large.bin": "file",
    }


def test_a_container_in_a_container_is_unpacked_and_one_inside_that_is_not(archive, keeper, tmp_path):
    inmost = zip_of([("deepest.txt", b"deepest")])
    inner = zip_of([("inmost.zip", inmost), ("inner.txt", b"inner")])
    (tmp_path / "x.zip").write_bytes(zip_of([("inner.zip", inner)]))
    result = deposit(archive, keeper, [tmp_path / "x.zip"], case=CASE)
    assert {one.shown_path for one in result.sealed} == {
        "x.zip",
        "x.zip/inner.zip",
        "x.zip/inner.zip/inner.txt",
        "x.zip/inner.zip/inmost.zip",
    }
    assert [finding.code for finding in result.findings] == ["withheld.member-not-unpacked"]


def test_containers_in_a_container_share_one_budget(archive, keeper, tmp_path, monkeypatch):
    monkeypatch.setattr(containers.Budget, "__init__", _small_budget)
    inner = zip_of([(f"{number}", b"x") for number in range(4)])
    (tmp_path / "x.zip").write_bytes(zip_of([(f"{number}.zip", inner) for number in range(3)]))
    result = deposit(archive, keeper, [tmp_path / "x.zip"], case=CASE)
    assert [finding.code for finding in result.findings].count("withheld.container-refused") == 1


def _small_budget(self, *, members=12, size_bytes=10_000):
    self.members, self.size_bytes = members, size_bytes


def test_documents_that_are_zips_inside_are_not_taken_apart(archive, keeper, tmp_path):
    data = zip_of([("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<w/>")])
    (tmp_path / "form.docx").write_bytes(data)
    result = deposit(archive, keeper, [tmp_path / "form.docx"], case=CASE)
    assert [one.shown_path for one in result.sealed] == ["form.docx"]


def test_a_large_container_is_unpacked_too(archive, keeper, tmp_path):
    members = [(f"{number}.bin", os.urandom(300_000)) for number in range(8)]
    (tmp_path / "x.zip").write_bytes(zip_of(members))
    result = deposit(archive, keeper, [tmp_path / "x.zip"], case=CASE)
    assert len(result.sealed) == 9


HONEST = zip_of([("a/b.txt", b"content" * 40), ("c.bin", bytes(range(256)))])


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, len(HONEST) - 1), st.integers(0, 255)), min_size=1, max_size=6),
    st.integers(0, 40),
)
def test_a_damaged_container_raises_nothing_but_our_own(edits, cut):
    data = bytearray(HONEST)
    for place, byte in edits:
        data[place] = byte
    try:
        for member in listed(bytes(data[: len(data) - cut])):
            if isinstance(member, Member):
                member.modified()
                with member.opened() as source:
                    source.read()
    except Failure:
        return


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_random_bytes_behind_a_zips_first_bytes_raise_nothing_but_our_own(rest):
    with pytest.raises(ContainerRefused):
        listed(b"PK\x03\x04" + rest)
