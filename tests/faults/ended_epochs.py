# SPDX-License-Identifier: AGPL-3.0-or-later
"""An archive with slips and cells whose epoch is ended while every storage call is made to fail or to kill, and what must hold after."""

import os
import shutil

import pytest
from fault_archive import PASSPHRASE
from syscall_injection import FAULTS, count_calls, run_under_strace

from sviedka.core.seal.slip import make_slip, open_slip
from sviedka.keeper.login import open_keyring
from sviedka.keeper.service import Service
from sviedka.vault.clock import now
from sviedka.vault.entropy import new_id
from sviedka.vault.layout import Archive
from sviedka.vault.recovery import recover
from sviedka.vault.scrub import check
from sviedka.vault.slips import SlipLost, find_slip, put_slip, remove_slip

PAYLOAD = b"p" * 32


def keyring_of(archive):
    return open_keyring(archive, bytearray(PASSPHRASE), clock=now)


def keys_of(archive):
    """Return what a job works with."""
    return Service(keyring_of(archive), locks_at=now).job_keys()


class Expected:
    """What lives in an archive, and one slip that was taken back."""

    def __init__(self, archive):
        keyring = keyring_of(archive)
        facts = keyring.facts()
        self.slips = {new_id(): os.urandom(16) for _ in range(3)}
        self.gone = new_id()
        for item, key in {**self.slips, self.gone: b"g" * 16}.items():
            put_slip(
                archive,
                facts.epoch,
                item,
                make_slip(key, facts.epoch_recipient, payload_sha256=PAYLOAD, fresh=os.urandom(48)),
            )
        remove_slip(archive, facts.epoch, self.gone)
        self.cells = {cell: keyring.cells[cell] for cell in [*keyring.new_cells(2), facts.archive_cell]}
        self.epoch = facts.epoch

    def verify(self, archive, reason):
        keyring = keyring_of(archive)
        for item, key in self.slips.items():
            epoch, slip = find_slip(archive, item)
            assert bytes(open_slip(slip, keyring.epochs.identity(epoch), payload_sha256=PAYLOAD)) == key, reason
        assert {cell: keyring.cells[cell] for cell in self.cells} == self.cells, reason
        with pytest.raises(SlipLost):
            find_slip(archive, self.gone)
        assert [str(found) for found in check(archive, full=True)] == [], reason

    def verify_ended(self, archive, reason):
        self.verify(archive, reason)
        assert not archive.epoch_key(self.epoch).exists(), reason
        assert not (archive.slips / self.epoch).exists(), reason
        assert not archive.rotation.exists(), reason


def disturb(whole, expected, end, whens):
    """Disturb `end` at each call that `whens` gives, each time in a copy of `whole`; return how many runs, and how many felt it."""
    place = Archive(root=whole.root.with_name("place"))

    def fresh():
        shutil.rmtree(place.root, ignore_errors=True)
        shutil.copytree(whole.root, place.root)

    fresh()
    calls = count_calls(lambda _say: end(place))
    expected.verify_ended(place, "undisturbed")
    felt = dict.fromkeys(FAULTS, 0)
    runs = 0
    for fault, inject in FAULTS.items():
        for name, times in sorted(calls.items()):
            for when in whens(times, fault):
                fresh()
                run = run_under_strace(lambda _say: end(place), inject=f"{name}:{inject}:when={when}")
                reason = (fault, name, when, run)
                runs += 1
                felt[fault] += run.status != 0
                assert run.status in {0, 50, -9}, reason
                recover(place)
                expected.verify(place, reason)
                end(place)
                expected.verify_ended(place, reason)
    assert felt["kill"], felt
    assert felt["EIO"], "the control: faults must have been felt"
    return runs, calls, felt
