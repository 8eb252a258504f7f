# SPDX-License-Identifier: AGPL-3.0-or-later
"""OpenTimestamps proofs beside the stamps: asked for, completed, or brought along as a file. An extra, never the only anchor.

Calendars are pending for hours, and a finished proof needs a Bitcoin node to be believed; so nothing here ever makes a verdict better.
Spec: spec/05-time.md (OpenTimestamps).
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sviedka.anchor.opentimestamps import (
    MAX_PROOF_BYTES,
    ProofFileFinding,
    ProofFileRefuted,
    read_proof_file,
    request_proof_file,
    upgrade_proof_file,
)
from sviedka.anchor.stamp_files import frozen_checkpoints
from sviedka.core.base.errors import Failure, Malformed, TooLarge
from sviedka.core.seal.checkpoint import parse_checkpoint
from sviedka.vault.disk_errors import translating
from sviedka.vault.durable import make_folder, replace

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from sviedka.vault.layout import Archive

NONCE_BYTES: Final = 16
_NAME: Final = "opentimestamps.ots"


class CalendarsMalformed(Malformed):
    """`opentimestamps_calendars` in `sviedka.toml` is not a list of addresses."""

    code = "malformed.calendars"
    hint = "Name at least two addresses, or leave the line out."


@dataclass(frozen=True, kw_only=True)
class ProofFileState:
    """The proof of one checkpoint: what it says, or why there is none."""

    desk: str
    size: int
    finding: ProofFileFinding | None
    why: str | None = None


def read_calendars(archive: Archive) -> tuple[str, ...]:
    """Return the calendars of `sviedka.toml`; none is the rule."""
    with translating():
        table = tomllib.loads(archive.config.read_text("utf-8"))
    found = table.get("opentimestamps_calendars", [])
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found) or len(found) == 1:
        raise CalendarsMalformed("opentimestamps_calendars in sviedka.toml is a list of at least two addresses.")
    return tuple(found)


def ask_calendars(
    archive: Archive, calendars: Sequence[str], *, random_bytes: Callable[[int], bytes]
) -> tuple[ProofFileState, ...]:
    """Ask for the newest checkpoint's proof, or complete the one that is there; of each desk."""
    newest = dict(frozen_checkpoints(archive))  # ascending by size: the last of each desk stays
    return tuple(_ask(archive, desk, size, calendars, random_bytes) for desk, size in newest.items())


def attach_proof(archive: Archive, data: bytes) -> ProofFileState:
    """Keep a proof that was made elsewhere, beside the checkpoint that it starts from.

    Raises:
        ProofFileRefuted: It starts from no checkpoint of this archive.
        ProofFileMalformed, TooLarge: It cannot be read.
    """
    if len(data) > MAX_PROOF_BYTES:
        raise TooLarge("A proof file of {size} bytes is longer than any that is accepted.", size=len(data))
    for desk, size in reversed(frozen_checkpoints(archive)):
        try:
            finding = read_proof_file(data, digest=_digest(archive, desk, size))
        except ProofFileRefuted:
            continue
        _keep(archive, desk, size, data)
        return ProofFileState(desk=desk, size=size, finding=finding)
    raise ProofFileRefuted("The OpenTimestamps proof is of another digest.")


def _ask(
    archive: Archive, desk: str, size: int, calendars: Sequence[str], random_bytes: Callable[[int], bytes]
) -> ProofFileState:
    path, digest = _path(archive, desk, size), _digest(archive, desk, size)
    try:
        if path.exists():
            data = upgrade_proof_file(path.read_bytes(), calendars=calendars)
        else:
            data = request_proof_file(digest, calendars, nonce=random_bytes(NONCE_BYTES))
        finding = read_proof_file(data, digest=digest)
    except Failure as failure:
        return ProofFileState(desk=desk, size=size, finding=None, why=failure.code)
    _keep(archive, desk, size, data)
    return ProofFileState(desk=desk, size=size, finding=finding)


def _digest(archive: Archive, desk: str, size: int) -> bytes:
    with translating():
        return parse_checkpoint(archive.frozen_checkpoint(desk, size).read_bytes()).digest()


def _path(archive: Archive, desk: str, size: int) -> Path:
    return archive.stamps(desk, size) / _NAME


def _keep(archive: Archive, desk: str, size: int, data: bytes) -> None:
    path = _path(archive, desk, size)
    make_folder(path.parent)
    replace(path, data, mode=0o644)
