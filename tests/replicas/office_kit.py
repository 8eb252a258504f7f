# SPDX-License-Identifier: AGPL-3.0-or-later
"""An office with two copies elsewhere that can be lost and restored, as a person does it."""

import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime

from copies_kit import register
from vault_kit import files

from ready_command import run_command
from sviedka.vault.layout import Archive
from sviedka.vault.replica.journal import parse_record

HOLDS, REFUTED, MALFORMED, WITHHELD, UNAVAILABLE = 0, 10, 30, 40, 50


def sviedka(*words, cwd, archive="a"):
    where = () if words[0] in {"init", "restore"} else ("--archive", archive)
    return run_command(*words, *where, cwd=cwd)


def done(*words, cwd, archive="a"):
    result = sviedka(*words, "--json", cwd=cwd, archive=archive)
    assert result.returncode == HOLDS, (words, result.stdout, result.stderr)
    return json.loads(result.stdout)


def restore(office, *more, folder="again", payloads="copies", keys="keys", status=HOLDS, opened_by="pass"):
    words = ("restore", folder, "--payloads", payloads, "--keys", keys, "--passphrase-file", opened_by)
    result = sviedka(*words, *more, "--json", cwd=office)
    assert result.returncode == status, (result.stdout, result.stderr)
    return json.loads(result.stdout)


def keep_copies(folder):
    for name in ("copies", "keys"):
        (folder / name).mkdir(exist_ok=True)
    register(Archive(root=folder / "a"), ("copies", "payloads", folder / "copies"), ("keys", "keys", folder / "keys"))


def register_bad_place(office):
    """Register a second place of keys, which somebody else writes; return its folder."""
    (office / "keys2").mkdir()
    register(
        Archive(root=office / "a"),
        ("copies", "payloads", office / "copies"),
        ("keys", "keys", office / "keys"),
        ("bad", "keys", office / "keys2"),
    )
    return office / "keys2"


def overwrite(path, data):
    """Write over a file of a copy, whatever its mode."""
    path.chmod(0o644)
    path.write_bytes(data)


def date_note_ahead(place):
    """Give a place's note a later date than any other's, so that the place is asked first."""
    note = place / "place"
    overwrite(note, replace(parse_record(note.read_bytes()), at=datetime(9998, 1, 1, tzinfo=UTC)).data)


def found(folder, name):
    words = ("init", name, "--name", "t.example", "--key-cost", "demonstration", "--passphrase-file", "pass")
    assert sviedka(*words, cwd=folder).returncode == 0
    done("unlock", "--passphrase-file", "pass", cwd=folder, archive=name)


def lose(office):
    """The office burns down."""
    sviedka("lock", cwd=office)
    shutil.rmtree(office / "a")


def items(office, archive):
    return [path.name for path in files(Archive(root=office / archive).slips) if path.parent.name == path.name[:2]]


def open_item(office, item, *, archive, status=HOLDS):
    words = ("open", item, "-o", "out", "--purpose", "test")
    (office / "out").unlink(missing_ok=True)
    assert sviedka(*words, cwd=office, archive=archive).returncode == status
    return (office / "out").read_bytes() if status == HOLDS else None
