# SPDX-License-Identifier: AGPL-3.0-or-later
"""A cosigner: signs a log's newest checkpoint if, and only if, it continues the last one it signed.

What it remembers of each log is one file, replaced and synced before the answer leaves, under a lock that other threads
and other processes respect. So a crash, a race, or one request by HTTP and another by file cannot roll a log back. The
memory must survive: a cosigner that lost it must not go on under the same key. Spec: spec/04-log.md §5.2.
Source: C2SP tlog-witness.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from sviedka.core.base.errors import Malformed, Refuted, Unavailable, Unproven
from sviedka.core.seal.checkpoint import Checkpoint, parse_checkpoint, verify_checkpoint
from sviedka.core.seal.cosignature import cosign
from sviedka.core.seal.cosignature_request import CosignRequest, parse_cosign_request
from sviedka.core.seal.merkle import EMPTY_ROOT
from sviedka.core.seal.merkle_proof import ConsistencyRefuted, ProofMalformed, verify_consistency
from sviedka.core.seal.note import Note, parse_signature_line
from sviedka.vault.durable import make_folder, replace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sviedka.anchor.cosigner_key import CosignerKey
    from sviedka.core.seal.note_key import VerifierKey


class OriginUnknown(Unproven):
    """A log that this cosigner was not told to cosign."""

    code = "unproven.origin-unknown"
    hint = "Ask the cosigner's keeper to add the log's key."


class SizesSwapped(Malformed):
    """The old size in the request is larger than the new one."""

    code = "malformed.cosign-sizes"
    hint = "Make the request again with `sviedka log cosign`."


class SizeConflict(Unavailable):
    """The cosigner last signed another size than the request starts from: ask again from `latest`."""

    code = "unavailable.cosign-conflict"
    hint = "Make the request again from the size that the cosigner names."

    def __init__(self, latest: int) -> None:
        super().__init__("The cosigner last signed {latest} entries; the request starts elsewhere.", latest=latest)
        self.latest = latest


class MemoryBroken(Refuted):
    """What the cosigner remembers of a log cannot be read. It signs nothing for that log."""

    code = "refuted.cosigner-memory"
    hint = "Restore the cosigner's folder from a copy that is not older, or begin again with a new key."


@dataclass(frozen=True, kw_only=True)
class Cosigner:
    """A cosigner: its key, the keys of the logs it cosigns (by name of origin), and the folder of its memory."""

    key: CosignerKey
    logs: tuple[VerifierKey, ...]
    memory: Path

    def cosign_file(self, request: bytes, *, time: int) -> bytes:
        """Answer a request (C2SP add-checkpoint body), by HTTP or carried as a file: return cosignature lines.

        Args:
            request: Untrusted bytes.
            time: POSIX seconds, by this cosigner's clock.

        Raises:
            Malformed: The request cannot be read (HTTP 400), or its sizes are the wrong way round (`SizesSwapped`).
            OriginUnknown: HTTP 404. SignatureRefuted, KeyUnknown: not by the log's key, HTTP 403.
            SizeConflict: HTTP 409. ConsistencyRefuted, ProofMalformed: a smaller or different tree, HTTP 422.
            MemoryBroken, Unavailable: HTTP 500; nothing was signed.
        """
        asked = parse_cosign_request(request)
        head = asked.checkpoint
        keys = [key for key in self.logs if key.name == head.origin]
        if not keys:
            raise OriginUnknown("This cosigner does not know the log.")
        verify_checkpoint(head, keys)
        if asked.old_size > head.size:
            raise SizesSwapped("The request's old size is larger than the checkpoint's.")
        with self._locked(head.origin):
            # Check and update are one step: see the race in C2SP tlog-witness.
            last = self._remembered(head.origin)
            _check_continues(asked, last)
            line = cosign(head.note.text, name=self.key.name, private_key=self.key.private_key, time=time)
            own = [signature for signature in head.note.signatures if signature.name == head.origin]
            lines = (*own, parse_signature_line(line))
            replace(self._file(head.origin), Note(text=head.note.text, signatures=lines).data)
        return line.encode()

    def latest(self, origin_sha256: str) -> bytes | None:
        """Return the newest checkpoint cosigned for a log, by SHA-256 of its origin in hexadecimal; None if none."""
        for key in self.logs:
            if _name(key.name) == origin_sha256:
                head = self._remembered(key.name)
                return None if head is None else head.data
        return None

    def _remembered(self, origin: str) -> Checkpoint | None:
        try:
            data = self._file(origin).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as reason:
            raise MemoryBroken("What the cosigner remembers of this log cannot be read.") from reason
        try:
            return parse_checkpoint(data)
        except Malformed as reason:
            raise MemoryBroken("What the cosigner remembers of this log is damaged.") from reason

    def _file(self, origin: str) -> Path:
        return self.memory / _name(origin) / "checkpoint"

    @contextmanager
    def _locked(self, origin: str) -> Iterator[None]:
        folder = self.memory / _name(origin)
        make_folder(folder)
        handle = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)


def _check_continues(asked: CosignRequest, last: Checkpoint | None) -> None:
    """Raise unless the request leads from the last checkpoint signed to one that contains it."""
    head, last_size = asked.checkpoint, 0 if last is None else last.size
    if asked.old_size != last_size:
        raise SizeConflict(last_size)
    if head.size == 0 and head.root != EMPTY_ROOT:
        raise ConsistencyRefuted("A log without entries has another root than this checkpoint says.")
    if last is None or last_size == 0:
        # From an empty tree everything follows, so there is nothing to prove and nothing may be sent.
        if asked.proof:
            raise ProofMalformed("A request from size 0 has no proof; this one has one.")
        return
    verify_consistency(
        old_size=last_size, old_root=last.root, new_size=head.size, new_root=head.root, proof=asked.proof
    )


def _name(origin: str) -> str:
    return sha256(origin.encode()).hexdigest()
