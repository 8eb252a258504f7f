# SPDX-License-Identifier: AGPL-3.0-or-later
"""Getting checkpoints stamped: what is wanted is read off the files, so nothing can fall out of the queue.

Every frozen checkpoint wants a stamp from every authority of the archive. Whatever has no `.tsr` is wanted. Offline,
the request with its nonce and the state stay where they are and are sent next time. A token is kept only after it
verified against the pinned root; certificates and revocation lists are written before it, so that where a token is,
they are. Spec: spec/05-time.md §4 and §5.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sviedka.anchor.authority import Authority, collect_chain, fetch_revocation_lists, request_token
from sviedka.anchor.openssl_check import verify_with_openssl
from sviedka.anchor.stamp_files import StampFiles, frozen_checkpoints
from sviedka.anchor.stamp_state import StampState, StampWord
from sviedka.core.base.errors import Failure, Unavailable
from sviedka.core.seal.stamp import (
    StampFinding,
    StampRequest,
    format_request,
    parse_request,
    renewal_digest,
    verify_stamp,
)
from sviedka.core.seal.stamp_errors import StampMalformed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sviedka.vault.layout import Archive

RENEW_BEFORE: Final = timedelta(days=90)
"""A stamp is renewed when a certificate on its path ends within this."""

RENEW_AFTER: Final = timedelta(days=30)
"""But not sooner than this after the last stamp: some authorities' certificates are always about to end."""

NONCE_BYTES: Final = 8


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A stamp to get: which files, from whom. Number 1 is the first stamp; higher ones renew it."""

    files: StampFiles
    authority: Authority
    number: int = 1


def find_wanted(archive: Archive, authorities: Sequence[Authority], *, at: datetime) -> tuple[Wanted, ...]:
    """Return every stamp that is missing or to be renewed at `at`: oldest checkpoint first, then by authority."""
    wanted = []
    for desk, size in frozen_checkpoints(archive):
        for authority in authorities:
            files = StampFiles(archive=archive, desk=desk, size=size, authority=authority.name)
            number = files.count() + 1
            if number == 1 or _renewal_due(files, number - 1, at):
                wanted.append(Wanted(files=files, authority=authority, number=number))
    return tuple(wanted)


def prepare(wanted: Wanted, *, at: datetime, random_bytes: Callable[[int], bytes]) -> StampState:
    """Write down that a stamp is wanted: the request with its nonce, and the state *pending*. Needs no network."""
    files, number = wanted.files, wanted.number
    if files.request(number) is None:
        digest = renewal_digest(files.frozen(), files.tokens())
        nonce = int.from_bytes(random_bytes(NONCE_BYTES), "big")
        files.write_request(number, format_request(StampRequest(digest=digest, nonce=nonce)))
    known = files.state(number)
    if known is None:
        known = StampState(
            authority=wanted.authority.name, kind=wanted.authority.kind, state=StampWord.PENDING, since=at
        )
        files.write_state(number, known)
    return known


def get_stamp(wanted: Wanted, *, at: datetime, random_bytes: Callable[[int], bytes]) -> StampState:
    """Ask the authority, verify its answer, keep it; return the state, which is stored whatever happened.

    Args:
        wanted: From `find_wanted`.
        at: Now, for the state only; the token's time is the authority's.
        random_bytes: Where a nonce comes from.

    Raises:
        DiskFull, ReadOnly, DiskError: The disk, not the authority, is in the way.
    """
    before = prepare(wanted, at=at, random_bytes=random_bytes)
    tried = replace(before, tries=before.tries + 1, last_tried=at)
    try:
        token = request_token(wanted.authority, _request(wanted))
        finding, checked_by = _checked(wanted, token)
    except Unavailable as failure:
        after = replace(tried, state=StampWord.PENDING, why=failure.code).at(at)
    except Failure as failure:
        after = replace(tried, state=StampWord.FAILED, why=failure.code)
    else:
        return _keep(wanted, tried, token, finding, checked_by)
    wanted.files.write_state(wanted.number, after)
    return after


def stamp_all(
    archive: Archive, authorities: Sequence[Authority], *, at: datetime, random_bytes: Callable[[int], bytes]
) -> tuple[StampState, ...]:
    """Try to get every stamp that is wanted; an authority that cannot be reached is asked once only in a run."""
    states, silent = [], set()
    for wanted in find_wanted(archive, authorities, at=at):
        if wanted.authority.name in silent:
            states.append(prepare(wanted, at=at, random_bytes=random_bytes).at(at))
            continue
        state = get_stamp(wanted, at=at, random_bytes=random_bytes)
        if state.why is not None and state.why.startswith("unavailable."):
            silent.add(wanted.authority.name)
        states.append(state)
    return tuple(states)


def _checked(wanted: Wanted, token: bytes) -> tuple[StampFinding | None, str]:
    asked = parse_request(_request(wanted))
    try:
        finding = verify_stamp(
            token=token,
            digest=asked.digest,
            authorities=(wanted.authority.pin,),
            chain=wanted.authority.root_pem,
            nonce=asked.nonce,
        )
    except StampMalformed:
        # Our reader is strict; where openssl vouches for the token it is kept, and the state says who read it.
        verify_with_openssl(token=token, request=_request(wanted), root_pem=wanted.authority.root_pem)
        return None, "openssl"
    return finding, "sviedka"


def _keep(wanted: Wanted, tried: StampState, token: bytes, finding: StampFinding | None, checked_by: str) -> StampState:
    files, number = wanted.files, wanted.number
    revocation = "unknown"
    if finding is not None:
        chain = collect_chain(token, wanted.authority.root_pem)
        crls = fetch_revocation_lists(chain)
        revocation, crls = _with_lists(wanted, token, chain, crls)
        files.write_chain(number, chain, crls)
    else:
        files.write_chain(number, wanted.authority.root_pem, b"")
    files.write_token(number, token)
    state = replace(
        tried,
        state=StampWord.STAMPED,
        why=None,
        time=None if finding is None else finding.time,
        signer_until=None if finding is None else finding.signer_until,
        revocation=revocation,
        checked_by=checked_by,
    )
    files.write_state(number, state)
    return state


def _with_lists(wanted: Wanted, token: bytes, chain: bytes, crls: bytes) -> tuple[str, bytes]:
    """Return what the revocation lists say, and those to keep: lists that contradict the token are kept and shown."""
    digest = parse_request(_request(wanted)).digest
    try:
        finding = verify_stamp(token=token, digest=digest, authorities=(wanted.authority.pin,), chain=chain, crls=crls)
    except StampMalformed:
        return "unknown", b""
    except Failure as failure:
        return failure.code, crls
    return finding.revocation.value, crls


def _renewal_due(files: StampFiles, last: int, at: datetime) -> bool:
    state = files.state(last)
    if state is None or state.time is None or state.signer_until is None:
        return False
    return at > state.signer_until - RENEW_BEFORE and at > state.time + RENEW_AFTER


def _request(wanted: Wanted) -> bytes:
    request = wanted.files.request(wanted.number)
    if request is None:
        raise ValueError("a stamp is prepared before it is asked for")
    return request
