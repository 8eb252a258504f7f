# SPDX-License-Identifier: AGPL-3.0-or-later
"""The life of a key list: made, signed, continued, and never quietly changed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sviedka.core.seal.keylist import (
    DeskKey,
    IntakeEpoch,
    KeyList,
    KeylistBroken,
    KeylistMalformed,
    KeyNotListed,
    MailroomKey,
    Revocation,
    Seat,
    UserKey,
    format_keylist,
    format_keylist_text,
    parse_keylist,
    verify_keylist,
    verify_succession,
)
from sviedka.core.seal.note import KeyUnknown, SignatureRefuted, VerifierKey, sign_note

ARCHIVE = "archive.example"
DESK = f"{ARCHIVE}/minsk-1"
USER = "0123456789abcdef0123456789abcdef"
ISSUED = datetime(2026, 11, 21, 22, 53, tzinfo=UTC)
ROOT = Ed25519PrivateKey.from_private_bytes(b"\x09" * 32)
ROOT_KEY = VerifierKey(name=f"{ARCHIVE}/root", public=ROOT.public_key().public_bytes_raw())


def key(name, number):
    return VerifierKey(name=name, public=bytes([number]) * 32)


FIRST_USER_KEY = key(f"{ARCHIVE}/user/{USER}", 3)
ENTRIES = (
    DeskKey(origin=DESK, role="log", key=key(DESK, 1)),
    DeskKey(origin=DESK, role="statements", key=key(f"{DESK}/statements", 2)),
    UserKey(user=USER, key=FIRST_USER_KEY),
    Seat(number=2, recipient="age1" + "q" * 58),
    IntakeEpoch(epoch="2026-11.1", recipient="age1" + "p" * 58),
    MailroomKey(key=key(f"{ARCHIVE}/mailroom", 5)),
)


def unsigned(**changes):
    facts = {"archive": ARCHIVE, "number": 1, "issued": ISSUED, "previous": None, "entries": ENTRIES}
    return KeyList(**facts | changes)


def signed(keylist, by=ROOT, name=f"{ARCHIVE}/root"):
    line = sign_note(format_keylist_text(keylist), name=name, private_key=by)
    return parse_keylist(format_keylist(keylist, line))


def after(old, *entries, **changes):
    facts = {"number": old.number + 1, "previous": old.digest, "entries": (*old.entries, *entries)}
    return signed(unsigned(**facts | changes))


def test_a_list_is_signed_read_and_verified():
    keylist = signed(unsigned())
    verify_keylist(keylist, ROOT_KEY)
    assert {entry.line for entry in keylist.entries} == {entry.line for entry in ENTRIES}
    assert keylist.log_key(DESK).public == b"\1" * 32
    assert keylist.user_key(USER) == FIRST_USER_KEY
    assert [seat.number for seat in keylist.seats] == [2]
    assert [intake.epoch for intake in keylist.intake_epochs] == ["2026-11.1"]
    assert [found.public for found in keylist.mailroom_keys] == [b"\5" * 32]


def test_only_the_root_signs_it():
    stranger = Ed25519PrivateKey.from_private_bytes(b"\x08" * 32)
    for forged in (signed(unsigned(), by=stranger), signed(unsigned(), name="other.example/root")):
        with pytest.raises(KeyUnknown):
            verify_keylist(forged, ROOT_KEY)
    with pytest.raises(KeyUnknown):
        verify_keylist(unsigned(), ROOT_KEY)
    changed = (
        signed(unsigned()).data.replace(b"number 1", b"number 7").replace(b"previous none", b"previous " + b"a" * 64)
    )
    with pytest.raises(SignatureRefuted):
        verify_keylist(parse_keylist(changed), ROOT_KEY)


def test_a_users_key_is_replaced_and_the_old_one_still_found():
    first = signed(unsigned())
    second_key = key(f"{ARCHIVE}/user/{USER}", 7)
    revoked = Revocation(kid=FIRST_USER_KEY.kid, at=ISSUED, reason="lost")
    both = after(first, UserKey(user=USER, key=second_key))
    with pytest.raises(KeyNotListed):
        both.user_key(USER)  # two that are good: nobody may choose
    third = after(both, revoked)
    verify_succession(first, both)
    verify_succession(both, third)
    assert third.user_key(USER) == second_key
    assert set(third.user_keys(USER)) == {FIRST_USER_KEY, second_key}
    assert third.revoked_at(FIRST_USER_KEY) == ISSUED
    assert third.revoked_at(second_key) is None


def test_a_list_that_does_not_continue_the_last_is_refuted():
    first = signed(unsigned())
    good = after(first)
    verify_succession(first, good)
    fewer = tuple(entry for entry in first.entries if not isinstance(entry, UserKey))
    for bad in (
        after(first, number=3),
        after(first, previous=b"\0" * 32),
        after(first, entries=fewer),
        after(first, issued=ISSUED - timedelta(seconds=1)),
        first,
        after(good),
    ):
        with pytest.raises(KeylistBroken):
            verify_succession(first, bad)


def test_a_revocation_cannot_be_taken_back():
    revoked = after(signed(unsigned()), Revocation(kid=FIRST_USER_KEY.kid, at=ISSUED, reason="stolen"))
    back = tuple(entry for entry in revoked.entries if not isinstance(entry, Revocation))
    with pytest.raises(KeylistBroken):
        verify_succession(revoked, after(revoked, entries=back))


def test_what_no_reader_would_accept_is_not_signed():
    for changes in (
        {"archive": "Archive"},
        {"number": 0},
        {"number": 2},
        {"previous": bytes(32)},
        {"entries": (*ENTRIES, ENTRIES[0])},
        {"entries": (*ENTRIES, replace(ENTRIES[3], recipient="age1" + "z" * 58))},
        {"entries": (*ENTRIES, UserKey(user=USER, key=key(f"{ARCHIVE}/user/{USER}", 1)))},
    ):
        with pytest.raises(KeylistMalformed):
            format_keylist_text(unsigned(**changes))
