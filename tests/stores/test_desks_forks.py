# SPDX-License-Identifier: AGPL-3.0-or-later
"""An older copy of a log is told as one; two histories of a log are shown with both heads, in whatever order they come."""

import json
import shutil

import pytest
from archive_kit import source
from two_desks import Desk, fresh

from sviedka.anchor.published import newest_checkpoint
from sviedka.cli.console import Console
from sviedka.cli.exchange_telling import tell_received
from sviedka.store.checkpointing import LogDiffers
from sviedka.store.desks.errors import LogForked, LogRefuted, SentCut
from sviedka.vault.clock import now
from sviedka.vault.layout import Archive
from sviedka.vault.packs import list_packs


def told(received, capsys):
    """Return what a person reads of it, what a program reads, and the exit status."""
    status = tell_received(Console(), received)
    text = "".join(capsys.readouterr())
    console = Console(json_only=True)
    assert tell_received(console, received) == status
    console.close()
    return text, json.loads(capsys.readouterr().out), status


@pytest.fixture
def elsewhere(tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    return elsewhere


def test_an_older_copy_is_told_with_its_size_and_day_and_changes_nothing(minsk, vilnius, folder, tmp_path, capsys):
    minsk.admit(source("one"))
    minsk.send(folder)
    shutil.copytree(folder, tmp_path / "older")
    minsk.admit(source("two"))
    size = minsk.send(folder).statements
    vilnius.receive(folder)
    before = vilnius.digests()
    received = vilnius.receive(tmp_path / "older")
    (one,) = received
    assert (one.failure, one.statements) == (None, 0)
    assert (one.older.size, one.older.held) == (size - 1, size)
    assert (now().date() - one.older.day).days in {0, 1}
    assert one.older.day == one.older.held_day
    assert vilnius.digests() == before
    text, document, status = told(received, capsys)
    assert status == 0
    assert "older copy" in text
    assert f"{size - 1} statements" in text
    assert f"{size} statements" in text
    assert one.older.day.isoformat() in text
    assert "0 statements are new" not in text
    day = one.older.day.isoformat()
    assert document["desks"][0]["older"] == {"statements": size - 1, "day": day, "held": size, "held_day": day}


def test_control_the_newest_copy_offered_again_is_not_called_older(minsk, vilnius, folder, capsys):
    minsk.admit(source("one"))
    minsk.send(folder)
    for count in (3, 0):
        received = vilnius.receive(folder)
        assert fresh(received) == count
        assert received[0].older is None
        text, document, _ = told(received, capsys)
        assert "older" not in text
        assert document["desks"][0]["older"] is None


@pytest.fixture
def twins(vilnius, tmp_path):
    """A desk and a copy of its whole archive, keys and all: each goes on by itself from here."""
    vilnius.admit(source("the first half"))
    shutil.copytree(vilnius.archive.root, tmp_path / "twin")
    return vilnius, Desk(Archive(root=tmp_path / "twin"))


LENGTHS = {"the second is longer": (1, 3), "of one length": (2, 2), "the second is shorter": (3, 1)}


@pytest.mark.parametrize("lengths", LENGTHS.values(), ids=LENGTHS)
@pytest.mark.parametrize("together", [True, False], ids=["in one pack", "in several packs"])
def test_a_second_history_of_a_log_is_shown_with_both_heads(minsk, twins, folder, elsewhere, lengths, together, capsys):
    """Also where the packs of the two begin at other leaves, and where the second is as short as an older copy."""
    one, other = twins
    for desk, length, place in ((one, lengths[0], folder), (other, lengths[1], elsewhere)):
        said = [source(f"as {place.name} hears it {number}") for number in range(length)]
        for part in [said] if together else [[saying] for saying in said]:
            desk.admit(*part)
        desk.send(place)
    assert fresh(minsk.receive(folder)) > 0
    before = minsk.digests()
    received = minsk.receive(elsewhere)
    failure = received[0].failure
    assert isinstance(failure, LogForked)
    assert isinstance(failure, LogRefuted)
    assert minsk.digests() == before
    here, there = (newest_checkpoint(desk.archive, "vilnius-1") for desk in (one, other))
    shown = {"size": there.size, "root": there.root.hex(), "held": here.size, "held_root": here.root.hex()}
    shown |= {"note": there.frozen().decode(), "held_note": here.frozen().decode()}  # whoever has them can check it
    assert failure.facts == {"desk": "vilnius-1", "same": 3, **shown}  # list, epoch, the first half
    text, document, status = told(received, capsys)
    assert status == 10
    for head in (here, there):
        assert f"{head.size} statements" in text or f"one of {head.size}" in text
        assert head.root.hex() in text
    assert document["code"] == "refuted.desk-fork"
    assert document["desks"][0]["facts"]["same"] == 3
    assert newest_checkpoint(minsk.archive, "vilnius-1").root == here.root


def test_a_shorter_second_history_is_shown_by_its_head_alone_if_its_packs_are_gone(minsk, twins, folder, elsewhere):
    one, other = twins
    one.admit(source("one"), source("two"))
    one.send(folder)
    other.admit(source("another"))
    other.send(elsewhere)
    shutil.rmtree(elsewhere / "vilnius-1" / "packs")
    minsk.receive(folder)
    (received,) = minsk.receive(elsewhere)
    assert isinstance(received.failure, LogForked)
    assert "same" not in received.failure.facts


def test_control_what_was_cut_on_its_way_is_not_called_a_second_history(minsk, vilnius, folder):
    vilnius.admit(source("one"))
    vilnius.send(folder)
    minsk.receive(folder)
    vilnius.admit(source("two"))
    vilnius.send(folder)
    sent = Archive(root=folder / "vilnius-1")
    sent.pack("vilnius-1", max(list_packs(sent, "vilnius-1"))).unlink()
    (received,) = minsk.receive(folder)
    assert type(received.failure) is SentCut


def test_nobody_is_accused_if_what_was_published_here_was_changed(minsk, twins, folder, elsewhere):
    one, other = twins
    one.admit(source("one"))
    one.send(folder)
    other.admit(source("another"))
    other.send(elsewhere)
    minsk.receive(folder)
    head = minsk.archive.checkpoint("vilnius-1")
    head.chmod(0o600)
    shutil.copy(other.archive.checkpoint("vilnius-1"), head)
    (received,) = minsk.receive(elsewhere)
    assert isinstance(received.failure, LogDiffers)
