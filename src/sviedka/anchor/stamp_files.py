# SPDX-License-Identifier: AGPL-3.0-or-later
"""The files of one checkpoint's stamps by one authority.

`<authority>.tsq` request, `.tsr` reply, `.chain.pem`, `.crl.pem`, `.state.json`; a renewal has its number before the
ending: `<authority>.2.tsr`. The reply is written last and never again. Spec: spec/05-time.md §4.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sviedka.anchor.published import sizes_in
from sviedka.anchor.stamp_state import StampState, StateMalformed, format_state, parse_state
from sviedka.core.seal.stamp import Stamp
from sviedka.vault.disk_errors import translating
from sviedka.vault.durable import replace, write_new

if TYPE_CHECKING:
    from pathlib import Path

    from sviedka.vault.layout import Archive

MAX_RENEWALS: Final = 99


@dataclass(frozen=True, kw_only=True)
class StampFiles:
    """One authority's files for one frozen checkpoint. Numbers count from 1, the first stamp."""

    archive: Archive
    desk: str
    size: int
    authority: str

    def frozen(self) -> bytes:
        """Return the bytes that are stamped: the checkpoint with its log's own signature line only."""
        with translating():
            return self.archive.frozen_checkpoint(self.desk, self.size).read_bytes()

    def count(self) -> int:
        """Return how many tokens there are, the first and its renewals."""
        number = 0
        while number < MAX_RENEWALS and self._path(number + 1, "tsr").exists():
            number += 1
        return number

    def tokens(self) -> tuple[bytes, ...]:
        """Return the tokens, oldest first."""
        return tuple(self._read(number, "tsr") or b"" for number in range(1, self.count() + 1))

    def stamps(self) -> tuple[Stamp, ...]:
        """Return the tokens with their certificates and lists, oldest first: what `verify_renewals` takes."""
        return tuple(
            Stamp(
                token=self._read(number, "tsr") or b"",
                chain=self._read(number, "chain.pem") or b"",
                crls=self._read(number, "crl.pem") or b"",
            )
            for number in range(1, self.count() + 1)
        )

    def request(self, number: int) -> bytes | None:
        """Return the request, or None if none was made yet."""
        return self._read(number, "tsq")

    def state(self, number: int) -> StampState | None:
        """Return the state, or None if there is none or it cannot be read (it is then written anew)."""
        data = self._read(number, "state.json")
        try:
            return None if data is None else parse_state(data)
        except StateMalformed:
            return None

    def write_request(self, number: int, request: bytes) -> None:
        """Keep a request, for good."""
        write_new(self._path(number, "tsq"), request)

    def write_chain(self, number: int, chain: bytes, crls: bytes) -> None:
        """Keep certificates and revocation lists. Before the token: a run that breaks off here begins again."""
        replace(self._path(number, "chain.pem"), chain, mode=0o644)
        if crls:
            replace(self._path(number, "crl.pem"), crls, mode=0o644)

    def write_token(self, number: int, token: bytes) -> None:
        """Keep a token, for good."""
        write_new(self._path(number, "tsr"), token)

    def write_state(self, number: int, state: StampState) -> None:
        """Put the state in place of the one before."""
        replace(self._path(number, "state.json"), format_state(state), mode=0o644)

    def _path(self, number: int, ending: str) -> Path:
        suffix = ending if number == 1 else f"{number}.{ending}"
        return self.archive.stamp(self.desk, self.size, self.authority, suffix)

    def _read(self, number: int, ending: str) -> bytes | None:
        path = self._path(number, ending)
        with translating():
            return path.read_bytes() if path.exists() else None


def frozen_checkpoints(archive: Archive) -> tuple[tuple[str, int], ...]:
    """Return desk and size of every frozen checkpoint, by desk and then by size."""
    logs = archive.root / "logs"
    folders = sorted(logs.iterdir()) if logs.is_dir() else []
    return tuple((folder.name, size) for folder in folders for size in sizes_in(folder / "checkpoints"))
