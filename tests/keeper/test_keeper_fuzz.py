# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whatever is asked, the keeper answers or refuses by name: nothing that comes over the socket makes it end."""

import json
import os
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from keeper_desk import PASSPHRASE, desk_of, found

from sviedka.core.base.canonical import encode_canonical
from sviedka.core.base.errors import Failure
from sviedka.core.seal.statement import parse_jwt
from sviedka.keeper.frames import Frame
from sviedka.keeper.login import open_keyring
from sviedka.keeper.openings import Openings
from sviedka.keeper.service import Answer, LockNow, Service, StartJob, Watch
from sviedka.vault.clock import now
from sviedka.vault.disk_errors import DiskError, DiskFull

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
ASKS = (
    "status",
    "facts",
    "compose",
    "prepare",
    "finish",
    "new_cells",
    "sign_checkpoint",
    "unwrap",
    "seal_dossier",
    "run_job",
    "watch",
    "lock",
)
IDS = st.sampled_from(["0" * 32, "f" * 32, "x", ""])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 3) | st.text(max_size=12) | st.floats() | IDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
NAMES = st.sampled_from(["count", "size", "root", "consistency", "item", "jti", "desk", "leaf_index", "name"])


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    founded = found(tmp_path_factory.mktemp("fuzz") / "archive")
    keyring = open_keyring(founded.archive, bytearray(PASSPHRASE), clock=now)
    return Service(keyring, locks_at=lambda: NOON)


@pytest.fixture(scope="module")
def cell(service):
    return service._keyring.config.archive_cell


@given(st.sampled_from(ASKS) | VALUES, st.dictionaries(NAMES, VALUES), st.lists(st.binary(max_size=40), max_size=3))
def test_any_question_is_answered_or_refused_by_name(service, ask, header, parts):
    frame = Frame(header=header | {"ask": ask}, parts=tuple(parts))
    with suppress(Failure):
        assert isinstance(service.answer(frame), Answer | StartJob | Watch | LockNow)


@settings(max_examples=300)
@given(st.data())
def test_any_draft_is_signed_as_it_must_be_or_refused_by_name(service, cell, data):
    """Drafts that are nearly right, with parts of every kind in every place."""
    cells = st.sampled_from([[cell], [cell, cell], [], ["0" * 32], "x", None])
    names = st.sampled_from(["a", "b.1", "_sd", "...", "A", "type", ""])
    part = st.tuples(names, VALUES, cells) | st.tuples(
        names, st.lists(st.tuples(st.text(max_size=9), cells), max_size=3)
    )
    draft = [
        data.draw(st.just("a" * 32) | IDS),
        data.draw(st.just("b" * 32) | IDS),
        data.draw(st.sampled_from(["claim/1", "item.opened/1", "x", "claim/0"])),
        data.draw(st.just("c" * 32) | IDS),
        data.draw(st.lists(IDS, max_size=2)),
        data.draw(st.sampled_from(["2026-11-21T12:00:00Z", "2026-02-30T12:00:00Z", "0001-01-01T00:00:00Z", "now"])),
        data.draw(st.lists(part, max_size=3)),
        data.draw(st.just(cell) | IDS),
    ]
    frame = Frame(header={"ask": "compose"}, parts=(json.dumps([draft]).encode(),))
    try:
        answer = service.answer(frame)
    except Failure:
        return
    index, blob = answer.parts
    ((length, _, _),) = json.loads(bytes(index))
    assert parse_jwt(bytes(blob)[:length]).jti == draft[0]


@settings(max_examples=150)
@given(st.data())
def test_no_assertion_of_ones_own_making_is_taken(service, cell, data):
    """Values that are nearly an assertion, over a statement that waits; each is refused by name, and none is signed."""
    actor = service._keyring.actor
    draft = ["a" * 32, "b" * 32, "approval/1", "c" * 32, [], "2026-11-21T12:00:00Z", [["by", actor, [cell]]], cell]
    (part,) = service.answer(Frame(header={"ask": "prepare"}, parts=(json.dumps([draft]).encode(),))).parts
    ((handle, *_),) = json.loads(bytes(part))
    text = st.sampled_from([actor, "key", "webauthn", "A" * 86, "A" * 85 + "B", "AAAA", ""]) | st.text(max_size=5)
    names = ["by", "kind", "sig", "credential", "client_data", "authenticator_data"]
    value = data.draw(VALUES | st.dictionaries(st.sampled_from(names), text) | st.fixed_dictionaries({
        "by": st.just(actor), "kind": st.just("key"), "sig": st.just("A" * 86) | text,
    }))  # fmt: skip
    try:
        listed = encode_canonical([[data.draw(st.just(handle) | IDS), value]])
    except Failure:
        return  # what no canonical JSON can hold
    with pytest.raises(Failure):
        service.answer(Frame(header={"ask": "finish"}, parts=(listed,)))


def test_a_disk_that_refuses_is_told_and_the_keeper_goes_on(founded):
    """Control: the same question is answered once the file can be read again."""
    with desk_of(founded.archive) as desk:
        record = founded.archive.keys / "heads" / "minsk-1"
        whole = record.read_bytes()
        record.unlink()
        record.mkdir()
        with pytest.raises(DiskError):
            desk.keeper.sign_checkpoint(1, bytes(32), ())
        record.rmdir()
        record.write_bytes(whole)
        desk.keeper.sign_checkpoint(1, bytes(32), ())


@pytest.mark.parametrize("size", [0, 40])
def test_a_full_disk_uses_up_no_record(tmp_path, size):
    """The journal's line must be durable before the key leaves; where it cannot be, no key leaves."""
    openings = Openings(tmp_path / "openings", per_hour=9, now=NOON)
    pid = os.fork()
    if pid == 0:
        import resource
        import signal

        status = 1
        with suppress(BaseException):
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))  # EFBIG in the middle of the line
            try:
                openings.take("1" * 32, actor="a" * 32, recorded_at=NOON, now=NOON)
            except (DiskError, DiskFull):
                status = 0
        os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert (tmp_path / "openings").read_bytes() == b""
    openings.take("1" * 32, actor="a" * 32, recorded_at=NOON, now=NOON)
    assert len((tmp_path / "openings").read_bytes()) == len(f"1795262400 {'a' * 32} {'0' * 64}\n")
