# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a dossier may cost whoever verifies it: memory, depth, waiting. Refused before it is paid."""

import os
import subprocess
import tracemalloc
from struct import Struct

import pytest
from small_dossier import reseal, small_recipe, zip_bytes

from sviedka.core.seal.keylist import parse_keylist
from sviedka.core.seal.statement import parse_jwt, read_disclosures
from sviedka.verify.container import ContainerMalformed, DossierAbsent, DossierUnreadable, MemoryContainer
from sviedka.verify.crew import BYTES_IN_A_BATCH, STATEMENTS_IN_A_BATCH, _part
from sviedka.verify.dossier import MAX_STATEMENTS, verify_container, verify_dossier
from sviedka.verify.folder import MAX_DEPTH, FolderContainer
from sviedka.verify.layout import MAX_READ_BYTES
from sviedka.verify.policy_file import PolicyUnreadable, read_policy
from sviedka.verify.statement_check import MAX_LINE_BYTES, StatementContext, _kept_fields, check_batch
from sviedka.verify.zip_directory import CENTRAL, END, END64, END64_LOCATOR
from sviedka.verify.zip_file import ZipContainer

MANY = 150_000
STATEMENTS, PROOFS = "statements/statements.txt", "statements/proofs.txt"


@pytest.fixture
def recipe():
    return small_recipe()


def found(report):
    return [(finding.code, finding.where) for finding in report.parts[0].findings]


def with_lists_of(files, size_bytes):
    """Add revocation lists, so that everything that is kept has `size_bytes` together."""
    apart = ("data/", "statements/", "report/", "loadfile/", "VERIFY.md", "verify.html")
    rest = size_bytes - sum(len(data) for path, data in files.items() if not path.startswith(apart))
    added = {}
    while rest:
        added[f"logs/1/heads/0001/a{len(added):02}.crl.pem"] = bytes(min(rest, 4 << 20))
        rest -= min(rest, 4 << 20)
    return files | added


def test_files_that_are_too_large_together_are_not_read(tmp_path, recipe):
    packed = zip_bytes(with_lists_of(recipe.build(), 100 << 22), deflated=True)
    assert len(packed) < 1 << 20
    (tmp_path / "dossier.zip").write_bytes(packed)
    del packed
    tracemalloc.start()
    try:
        report = verify_dossier(tmp_path / "dossier.zip", policy=None)
        assert tracemalloc.get_traced_memory()[1] < 16 << 20
    finally:
        tracemalloc.stop()
    assert found(report) == [("files.too-large", ())]


def test_the_limit_is_exact_and_what_is_not_kept_does_not_count(recipe):
    files = recipe.build() | {"loadfile/export.dat": bytes(64 << 20)}
    for size_bytes, code in ((MAX_READ_BYTES, "file.missing"), (MAX_READ_BYTES + 1, "files.too-large")):
        report = verify_container(MemoryContainer(with_lists_of(files, size_bytes)), policy=None)
        assert {name for name, _ in found(report)} == {code}


def test_a_line_of_a_million_disclosures_is_refused_before_it_is_split():
    recipe = small_recipe()
    listed = parse_keylist(recipe.archive.key_list)
    context = StatementContext(origins={}, roots={}, keys={}, users={}, key_list=listed, as_of=recipe.as_of)
    line = (b"AAAA~" * (MAX_LINE_BYTES // 5))[: MAX_LINE_BYTES - 1] + b"~"
    tracemalloc.start()
    try:
        batch = check_batch(context, [line], [], first_line=1)
        assert tracemalloc.get_traced_memory()[1] < 2 * MAX_LINE_BYTES
    finally:
        tracemalloc.stop()
    assert batch.bad_statement == 1


@pytest.mark.parametrize("count", [4_096, 4_097])
def test_as_many_disclosures_as_a_statement_can_have_are_judged(recipe, count):
    files = recipe.build()
    first, *lines = files[STATEMENTS].splitlines(keepends=True)
    long = b"~".join([first.partition(b"~")[0], *(b"%04d" % number for number in range(count)), b"\n"])
    files = reseal(recipe, files | {STATEMENTS: long + b"".join(lines)})
    report = verify_container(MemoryContainer(files), policy=None)
    code = "disclosure.refused" if count == 4_096 else "tag-file.malformed"
    assert found(report) == [(code, (f"{STATEMENTS}:1",))]


@pytest.mark.parametrize("path", [STATEMENTS, PROOFS])
def test_lines_without_number_are_counted_and_not_split(recipe, path):
    files = reseal(recipe, recipe.build() | {path: b"\n" * (MAX_STATEMENTS + 1)})
    assert found(verify_container(MemoryContainer(files), policy=None)) == [("tag-file.malformed", (path,))]
    files = reseal(recipe, recipe.build() | {STATEMENTS: b"\n" * MAX_STATEMENTS, PROOFS: b"\n" * MAX_STATEMENTS})
    assert found(verify_container(MemoryContainer(files), policy=None)) == [
        ("tag-file.malformed", (f"{PROOFS}:1", f"{STATEMENTS}:1"))
    ]


def test_of_what_a_statement_shows_only_what_is_asked_for_later_is_held(recipe):
    held = {}
    for line in recipe.build()[STATEMENTS].decode().splitlines():
        jwt, *disclosures = line[:-1].split("~")
        statement = read_disclosures(parse_jwt(jwt.encode()), disclosures)
        fields = _kept_fields(statement)
        held[statement.type.partition("/")[0]] = set(fields), len(statement.fields) > len(fields)
    assert held["consent.given"] == ({"grants", "person"}, True)
    assert held["item.sealed"] == ({"media_type", "plain_sha256", "size_bytes"}, True)
    assert {kind for kind, (names, _) in held.items() if names} == {"consent.given", "item.sealed"}


def test_batches_are_bounded_by_bytes_and_by_lines():
    assert _part([]) == {}
    assert _part([b"x"] * (STATEMENTS_IN_A_BATCH + 1)) == {0: STATEMENTS_IN_A_BATCH, STATEMENTS_IN_A_BATCH: 251}
    assert _part([bytes(MAX_LINE_BYTES)] * 5) == {0: 2, 2: 4, 4: 5}
    assert _part([bytes(BYTES_IN_A_BATCH + 1)] * 2) == {0: 1, 1: 2}


@pytest.fixture
def folder(tmp_path):
    """A folder that is removed by a program which does not mind its depth."""
    made = tmp_path / "folder"
    made.mkdir()
    yield made
    subprocess.run(["rm", "-rf", str(made)], check=True)


def nested(folder, depth):
    """Make folders in one another, deeper than a path can be long."""
    here = os.open(folder, os.O_RDONLY)
    for _ in range(depth):
        os.mkdir("d", dir_fd=here)
        inner = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(here)


@pytest.mark.parametrize("depth", [MAX_DEPTH, 1_500])
def test_endless_nesting_is_refused(folder, depth):
    nested(folder, depth)
    assert found(verify_dossier(folder, policy=None)) == [("container.malformed", ())]


def test_nesting_within_bounds_is_walked(tmp_path):
    nested(tmp_path, MAX_DEPTH - 1)
    deepest = tmp_path.joinpath(*["d"] * (MAX_DEPTH - 1))
    (deepest / "file").write_bytes(b"")
    (entry,) = FolderContainer(tmp_path).entries()
    assert entry.path.count("/") == MAX_DEPTH - 1


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(DossierUnreadable):
        verify_dossier(tmp_path / "pipe", policy=None)
    with pytest.raises(PolicyUnreadable):
        read_policy(tmp_path / "pipe")


def test_a_device_is_not_read(tmp_path):
    (tmp_path / "link").symlink_to("/dev/zero")
    with pytest.raises(DossierUnreadable):
        verify_dossier(tmp_path / "link", policy=None)
    with pytest.raises(PolicyUnreadable):
        read_policy(tmp_path / "link")


def test_a_link_to_a_policy_is_followed(tmp_path, recipe):
    (tmp_path / "policy").write_bytes(recipe.archive.policy_text())
    (tmp_path / "link").symlink_to("policy")
    assert read_policy(tmp_path / "link") == recipe.archive.policy()


def test_a_file_exchanged_for_a_pipe_is_not_waited_for(tmp_path):
    (tmp_path / "file").write_bytes(b"x")
    container = FolderContainer(tmp_path)
    (entry,) = container.entries()
    (tmp_path / "file").unlink()
    os.mkfifo(tmp_path / "file")
    with pytest.raises(DossierUnreadable):
        list(container.blocks(entry))


def write_directory(path, *, stated, listed):
    """Write a ZIP file that is nothing but a directory, of empty files at its beginning."""
    name = Struct("<7s")
    entries = b"".join(
        CENTRAL.pack(b"PK\x01\x02", 20, 20, *bytes(7), name.size, *bytes(6)) + name.pack(b"%07d" % number)
        for number in range(listed)
    )
    length = len(entries)
    end64 = END64.pack(b"PK\x06\x06", END64.size - 12, 45, 45, 0, 0, stated, stated, length, 0)
    locator = END64_LOCATOR.pack(b"PK\x06\x07", 0, length, 1)
    path.write_bytes(entries + end64 + locator + END.pack(b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0, 0))
    return path


@pytest.mark.parametrize("stated", [MANY + 1, 1])
def test_a_directory_of_too_many_entries_is_refused_unread(tmp_path, stated):
    path = write_directory(tmp_path / "dossier.zip", stated=stated, listed=MANY + 1)
    tracemalloc.start()
    try:
        with pytest.raises(ContainerMalformed, match="more entries" if stated > 1 else "another number"):
            ZipContainer(path).entries()
        assert tracemalloc.get_traced_memory()[1] < 20 << 20
    finally:
        tracemalloc.stop()


def test_nothing_there_points_to_the_spelling(tmp_path):
    with pytest.raises(DossierAbsent) as reason:
        verify_dossier(tmp_path / "nowhere", policy=None)
    assert reason.value.hint == "Look at the spelling of the path."
