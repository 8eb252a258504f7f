# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the keeper itself has begun to erase, written down before anything goes; it signs that something was erased for nothing else.

A desk that could have `erasure.done` signed as it likes would erase at every other desk, before the days are over, what its
own keeper refuses to erase. The record bears a MAC under the vault key, which no program of the desk has. One that is missing
or was changed means: nothing was begun. Spec: spec/07-keys.md §15.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from dataclasses import replace as replaced
from typing import TYPE_CHECKING, Final

from sviedka.core.base.canonical import encode_canonical, parse_canonical
from sviedka.core.base.errors import Malformed
from sviedka.core.base.ids import is_id
from sviedka.core.seal.statement import Disclose
from sviedka.keeper.derivation import ERASURES, derive_from_vault
from sviedka.keeper.errors import RequestRefused
from sviedka.keeper.hygiene import wipe
from sviedka.vault.disk_errors import translating
from sviedka.vault.durable import remove, replace

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from sviedka.core.base.canonical import Json
    from sviedka.core.seal.age_keys import X25519Identity
    from sviedka.core.seal.statement import Draft
    from sviedka.vault.layout import Archive

DONE_TYPE: Final = "erasure.done/1"
_MOST_BYTES: Final = 64 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Begun:
    """What goes under one request: items and cells, and the epochs in which they lay."""

    request: str
    subject: str
    items: frozenset[str]
    cells: frozenset[str]
    epochs: frozenset[str]

    def with_all_of(self, before: Begun) -> Begun:
        """Return this with what a try before it had begun."""
        return replaced(
            self,
            items=self.items | before.items,
            cells=self.cells | before.cells,
            epochs=self.epochs | before.epochs,
        )


def write_begun(archive: Archive, vault: X25519Identity, begun: Begun) -> None:
    """Write down what is about to go, durable on return, in place of what was written of that request.

    Raises:
        DiskFull, ReadOnly, DiskError: Nothing may be erased.
    """
    body: dict[str, Json] = {
        "request": begun.request,
        "subject": begun.subject,
        "items": [*sorted(begun.items)],
        "cells": [*sorted(begun.cells)],
        "epochs": [*sorted(begun.epochs)],
    }
    text = encode_canonical({**body, "mac": _mac(vault, body)})
    replace(_path(archive, begun.request), text)


def read_begun(archive: Archive, vault: X25519Identity, request: str) -> Begun | None:
    """Return what was begun under a request; None if nothing was, or what lies there was not written by this archive's keeper."""
    with translating():
        try:
            data = _path(archive, request).read_bytes()
        except FileNotFoundError:
            return None
    try:
        body = parse_canonical(data, max_bytes=_MOST_BYTES)
    except Malformed:
        return None
    if not isinstance(body, dict):
        return None
    mac = str(body.pop("mac", ""))
    if not hmac.compare_digest(mac.encode(), _mac(vault, body).encode()) or body.get("request") != request:
        return None
    items, cells, epochs = (frozenset(map(str, _list(body.get(name)))) for name in ("items", "cells", "epochs"))
    return Begun(request=request, subject=str(body["subject"]), items=items, cells=cells, epochs=epochs)


def forget_begun(archive: Archive, request: str) -> None:
    """Take the record of an erasure away, once it stands in the log."""
    remove(_path(archive, request))


def require_begun(archive: Archive, vault: X25519Identity, drafts: Iterable[Draft]) -> None:
    """Refuse drafts that say something was erased which the keeper did not itself begin to erase. Untrusted: `drafts`.

    Raises:
        RequestRefused: One is.
    """
    for draft in drafts:
        if draft.type != DONE_TYPE:
            continue
        requests = [str(one) for one in _said(draft, "request") if is_id(one)]
        begun = read_begun(archive, vault, requests[0]) if len(requests) == 1 else None
        if begun is None or draft.subject != begun.subject or not _is_within(draft, begun):
            raise RequestRefused("The keeper signs that something was erased only if it began to erase it itself.")


def _is_within(draft: Draft, begun: Begun) -> bool:
    return begun.items.issuperset(_listed(draft, "items")) and begun.cells.issuperset(_listed(draft, "cells"))


def _listed(draft: Draft, name: str) -> list[str]:
    return [str(one) for value in _said(draft, name) for one in _list(value)]


def _said(draft: Draft, name: str) -> list[Json]:
    return [part.value for part in draft.parts if isinstance(part, Disclose) and part.name == name]


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else [value]


def _path(archive: Archive, request: str) -> Path:
    return archive.keys / "erasing" / request


def _mac(vault: X25519Identity, body: dict[str, Json]) -> str:
    secret = vault.secret_bytes()
    try:
        key = derive_from_vault(secret, ERASURES)
    finally:
        wipe(secret)
    try:
        return hmac.digest(key, encode_canonical(body), hashlib.sha256).hex()
    finally:
        wipe(key)
