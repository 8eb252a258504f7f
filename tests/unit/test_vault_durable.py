# SPDX-License-Identifier: AGPL-3.0-or-later
"""Durable writes: whole or not at all, never over another, and the disk's refusals said in our words."""

import errno
import os
import stat
import subprocess
import sys
import textwrap

import pytest

from sviedka.vault import durable, folders
from sviedka.vault.claims import ScratchFolder, create_claimed, sweep
from sviedka.vault.disk_errors import AlreadyThere, DiskError, DiskFull, ReadOnly, translate, translating
from sviedka.vault.durable import GroupCommit, append_line, make_folder, remove, replace, write_new
from sviedka.vault.group_commit import HAS_SYNCFS


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_new_file_is_whole_read_only_and_alone_in_its_folder(tmp_path):
    write_new(tmp_path / "a" / "b" / "file", b"text")
    assert (tmp_path / "a/b/file").read_bytes() == b"text"
    assert stat.S_IMODE((tmp_path / "a/b/file").stat().st_mode) == 0o444
    assert names(tmp_path / "a/b") == ["file"]


def test_what_exists_is_never_written_over(tmp_path):
    write_new(tmp_path / "file", b"first")
    with pytest.raises(AlreadyThere) as failure:
        write_new(tmp_path / "file", b"second")
    assert failure.value.exit_status == 50
    assert (tmp_path / "file").read_bytes() == b"first"
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(AlreadyThere):
        write_new(tmp_path / "link", b"text")
    assert names(tmp_path) == ["file", "link"]


def test_the_temporary_may_lie_in_another_folder_of_the_disk(tmp_path):
    (tmp_path / "scratch").mkdir()
    write_new(tmp_path / "file", b"text", 0o600, scratch=tmp_path / "scratch")
    assert names(tmp_path / "scratch") == []
    assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == 0o600


def test_replacing_puts_the_new_content_in_place(tmp_path):
    replace(tmp_path / "file", b"first")
    replace(tmp_path / "file", b"second")
    assert (tmp_path / "file").read_bytes() == b"second"
    assert names(tmp_path) == ["file"]


def test_lines_are_appended_in_turn(tmp_path):
    append_line(tmp_path / "lines", "one")
    append_line(tmp_path / "lines", "два")
    assert (tmp_path / "lines").read_text(encoding="utf-8") == "one\nдва\n"
    with pytest.raises(ValueError, match="one line"):
        append_line(tmp_path / "lines", "a\nb")


def test_removing_what_is_not_there_is_no_error(tmp_path):
    write_new(tmp_path / "file", b"text")
    remove(tmp_path / "file")
    remove(tmp_path / "file")
    assert names(tmp_path) == []


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (errno.ENOSPC, DiskFull),
        (errno.EDQUOT, DiskFull),
        (errno.EROFS, ReadOnly),
        (errno.EACCES, ReadOnly),
        (errno.EPERM, ReadOnly),
        (errno.EIO, DiskError),
        (errno.ENOENT, DiskError),
        (errno.EEXIST, AlreadyThere),
        (None, DiskError),
    ],
)
def test_each_refusal_of_a_disk_has_its_name_and_says_no_path(number, kind):
    reason = OSError(number, "refused", "/home/somebody/name") if number else OSError("odd")
    failure = translate(reason)
    assert kind is type(failure)
    assert failure.exit_status == 50
    assert "somebody" not in str(failure)


def fail_on(monkeypatch, name, number, *, times=1):
    """Make the given call of `os` fail from its n-th use on."""
    real, left = getattr(os, name), [times]

    def call(*arguments, **options):
        left[0] -= 1
        if left[0] < 0:
            raise OSError(number, os.strerror(number))
        return real(*arguments, **options)

    monkeypatch.setattr(os, name, call)


@pytest.mark.parametrize("call", ["open", "write", "fchmod", "fsync", "link"])
@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC])
def test_a_call_that_fails_leaves_neither_file_nor_temporary(tmp_path, monkeypatch, call, number):
    with monkeypatch.context() as patched:
        fail_on(patched, call, number, times=0)
        with pytest.raises((DiskFull, DiskError)):
            write_new(tmp_path / "file", b"text")
    assert names(tmp_path) == []


def test_a_folder_that_cannot_be_synced_means_that_the_file_was_never_there(tmp_path, monkeypatch):
    with monkeypatch.context() as patched:
        fail_on(patched, "fsync", errno.EIO, times=1)  # the file's own sync goes well
        with pytest.raises(DiskError):
            write_new(tmp_path / "file", b"text")
    assert names(tmp_path) == []


def test_a_failed_sync_is_not_tried_again(tmp_path, monkeypatch):
    asked = []

    def fsync(handle):
        asked.append(handle)
        raise OSError(errno.EIO, "lost")

    monkeypatch.setattr(os, "fsync", fsync)
    for write in (write_new, replace):
        asked.clear()
        with pytest.raises(DiskError):
            write(tmp_path / "file", b"text")
        assert len(asked) == 1
    asked.clear()
    with pytest.raises(DiskError):
        append_line(tmp_path / "lines", "one")
    assert len(asked) == 1
    assert (tmp_path / "lines").stat().st_size == 0, "the line that may be lost is not half there"


def test_replacing_fails_with_the_old_content_in_place(tmp_path, monkeypatch):
    replace(tmp_path / "file", b"old")
    for call in ("write", "fsync"):
        with monkeypatch.context() as patched:
            fail_on(patched, call, errno.ENOSPC, times=0)
            with pytest.raises(DiskFull):
                replace(tmp_path / "file", b"new")
    assert (tmp_path / "file").read_bytes() == b"old"
    assert names(tmp_path) == ["file"]


@pytest.mark.parametrize("use_syncfs", [True, False])
def test_a_group_becomes_visible_together_at_its_commit(tmp_path, use_syncfs):
    assert HAS_SYNCFS, "the suite runs where it is"
    with GroupCommit(tmp_path, use_syncfs=use_syncfs) as group:
        for number in range(5):
            group.add(tmp_path / str(number), b"%d" % number)
        assert len(group) == 5
        assert not (tmp_path / "0").exists()
        group.commit()
        assert len(group) == 0
        group.add(tmp_path / "later", b"never committed")
    assert names(tmp_path) == ["0", "1", "2", "3", "4"]
    assert (tmp_path / "3").read_bytes() == b"3"
    assert stat.S_IMODE((tmp_path / "3").stat().st_mode) == 0o444


@pytest.mark.parametrize("use_syncfs", [True, False])
def test_a_group_with_a_name_that_is_taken_keeps_nothing(tmp_path, use_syncfs):
    write_new(tmp_path / "2", b"first")
    with GroupCommit(tmp_path, use_syncfs=use_syncfs) as group:
        for number in range(4):
            group.add(tmp_path / str(number), b"second")
        with pytest.raises(AlreadyThere):
            group.commit()
    assert names(tmp_path) == ["2"]
    assert (tmp_path / "2").read_bytes() == b"first"


@pytest.mark.parametrize("times", [0, 1])
def test_a_group_whose_sync_fails_keeps_nothing_and_is_not_synced_again(tmp_path, monkeypatch, times):
    from sviedka.vault import group_commit

    left = [times]
    real = group_commit.sync_disk

    def sync(handle):
        left[0] -= 1
        if left[0] < 0:
            raise OSError(errno.EIO, "lost")
        real(handle)

    monkeypatch.setattr(group_commit, "sync_disk", sync)
    with GroupCommit(tmp_path, use_syncfs=True) as group:
        group.add(tmp_path / "file", b"text")
        group.list_sum(str(tmp_path / "sums"), "file", b"text")
        with pytest.raises(DiskError):
            group.commit()
        assert left[0] == -1
        assert len(group) == 0
        group.commit()
    assert names(tmp_path) == ["sums"]
    assert names(tmp_path / "sums") == []


def test_a_file_written_elsewhere_can_join_a_group(tmp_path):
    with GroupCommit(tmp_path) as group:
        place = group.reserve(tmp_path / "large")
        place.write_bytes(b"synced by the caller")
        group.adopt(place, tmp_path / "large")
        group.commit()
    assert (tmp_path / "large").read_bytes() == b"synced by the caller"


def test_a_group_needs_a_scratch_folder_on_the_disk_of_its_targets(tmp_path):
    with GroupCommit(tmp_path) as group, pytest.raises(KeyError):
        group.add("/proc/self/file", b"")


HOLD = """
import sys, time
from pathlib import Path
from sviedka.vault.claims import ScratchFolder, create_claimed
folder = Path(sys.argv[1])
handle, path = create_claimed(folder)
scratch = ScratchFolder(folder)
(scratch.path / "file").write_bytes(b"half")
print("ready", flush=True)
time.sleep(600)
"""


def test_temporaries_of_the_living_stay_and_those_of_the_killed_go(tmp_path):
    with subprocess.Popen([sys.executable, "-c", HOLD, tmp_path], stdout=subprocess.PIPE, text=True) as living:
        assert living.stdout.readline() == "ready\n"
        handle, mine = create_claimed(tmp_path)
        with ScratchFolder(tmp_path) as scratch:
            assert len(names(tmp_path)) == 4
            assert sweep(tmp_path) == 0
            assert len(names(tmp_path)) == 4
            living.kill()
            living.wait()
            assert sweep(tmp_path) == 2
            assert {mine.name, scratch.path.name} == set(names(tmp_path))
        os.close(handle)
    assert sweep(tmp_path) == 1
    assert sweep(tmp_path / "nowhere") == 0


def test_folders_are_made_with_those_above_them(tmp_path):
    make_folder(tmp_path / "a/b/c")
    make_folder(tmp_path / "a/b/c")
    assert (tmp_path / "a/b/c").is_dir()
    (tmp_path / "file").touch()
    with pytest.raises(AlreadyThere):
        make_folder(tmp_path / "file" / "below")


def test_a_full_disk_says_so_and_leaves_nothing(tmp_path):
    # a limit on the size of files stands in for a full disk: the write is cut short, then refused
    program = textwrap.dedent("""
        import resource, signal, sys
        from pathlib import Path
        from sviedka.vault.disk_errors import DiskError
        from sviedka.vault.durable import GroupCommit, write_new
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
        folder = Path(sys.argv[1])
        for size in (4096, 4097, 1_000_000):
            try:
                write_new(folder / str(size), bytes(size))
                with GroupCommit(folder) as group:
                    group.add(folder / f"group-{size}", bytes(size))
                    group.commit()
            except DiskError as failure:
                print(failure.code)
        print(sorted(path.name for path in folder.iterdir()))
    """)
    run = subprocess.run([sys.executable, "-c", program, tmp_path], capture_output=True, text=True, check=True)
    assert run.stdout == "unavailable.disk-error\nunavailable.disk-error\n['4096', 'group-4096']\n"


def test_whatever_is_not_of_the_disk_comes_through():
    with pytest.raises(ZeroDivisionError), translating():
        assert 1 // 0
    assert durable.make_folder is folders.make_folder
