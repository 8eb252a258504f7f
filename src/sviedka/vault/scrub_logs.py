# SPDX-License-Identifier: AGPL-3.0-or-later
"""Logs under a check: checkpoints by their signatures, tiles by the signed root and by one another.

The keys come from the archive's own key list and configuration: that shows damage. Whether those keys are the right
ones only somebody with a pinned policy can tell.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Failure, Malformed
from sviedka.core.seal.checkpoint import Checkpoint, parse_checkpoint, verify_checkpoint
from sviedka.core.seal.cosignature import verify_cosignatures
from sviedka.core.seal.keylist import KeyList, parse_keylist
from sviedka.core.seal.note_key import ED25519, VerifierKey, parse_vkey
from sviedka.vault.disk_errors import translate
from sviedka.vault.scrub_tiles import look_at_tiles

if TYPE_CHECKING:
    from sviedka.vault.look import Look

_MOST_NOTE: Final = 1_048_576
_MOST_CONFIG: Final = 1_048_576


def look_at_logs(look: Look) -> None:
    """Look at every desk's log."""
    folders = [Path(entry.path) for entry in look.entries(look.archive.root / "logs")]
    keylist = _read_keylist(look) if folders else None
    for folder in folders:
        _look_at_log(look, folder, keylist)


def _look_at_log(look: Look, folder: Path, keylist: KeyList | None) -> None:
    keys = _known_keys(look, keylist)
    newest = _read_checkpoint(look, folder / "checkpoint", keys)
    heads = [newest] if newest is not None else []
    for kind in ("checkpoints", "cosigned"):
        for entry in look.entries(folder / kind):
            head = _read_checkpoint(look, Path(entry.path), keys)
            if head is not None and str(head.size) != entry.name:
                look.find("refuted", "refuted.checkpoint-name", Path(entry.path), "This is the head of another size.")
            elif head is not None:
                heads.append(head)
    for entry in look.entries(folder):
        if entry.name not in {"checkpoint", "checkpoints", "cosigned", "tile"}:
            look.find_unexpected(Path(entry.path))
    look_at_tiles(look, folder, heads)


def _read_checkpoint(look: Look, path: Path, keys: tuple[VerifierKey, ...]) -> Checkpoint | None:
    """Return a checkpoint if it can be read; what is wrong with it or its signatures becomes a finding."""
    if not path.exists():
        return None
    data = look.read(path, most_bytes=_MOST_NOTE)
    if data is None:
        return None
    try:
        head = parse_checkpoint(data)
        if keys:
            verify_checkpoint(head, [key for key in keys if key.key_type == ED25519])
            _look_at_cosignatures(look, path, head, keys)
    except Failure as failure:
        look.find_failure(failure, path)
        return None
    return head


def _look_at_cosignatures(look: Look, path: Path, head: Checkpoint, keys: tuple[VerifierKey, ...]) -> None:
    verify_cosignatures(head.note, [key for key in keys if key.key_type != ED25519])
    for signature in head.note.signatures:
        if not any(signature.claims(key) for key in keys):
            look.find(
                "unproven",
                "unproven.signature",
                path,
                "One signature is by a key that neither the key list nor the configuration names.",
            )


def _known_keys(look: Look, keylist: KeyList | None) -> tuple[VerifierKey, ...]:
    """Return the log keys of the key list and the cosigners of the configuration; none without a key list."""
    if keylist is None:
        return ()
    logs = tuple(entry.key for entry in keylist.desk_keys if entry.role == "log")
    data = look.read(look.archive.config, most_bytes=_MOST_CONFIG) or b""
    try:
        entries = tomllib.loads(data.decode("utf-8")).get("cosigner", [])
        return (*logs, *(parse_vkey(str(entry["vkey"])) for entry in entries))
    except (ValueError, RecursionError, TypeError, KeyError, AttributeError) as reason:
        look.find("malformed", "malformed.config", look.archive.config, "The configuration cannot be read.")
        del reason
    except Malformed as failure:
        look.find_failure(failure, look.archive.config)
    return logs


def _read_keylist(look: Look) -> KeyList | None:
    path = look.archive.keylist
    try:
        return parse_keylist(path.read_bytes())
    except FileNotFoundError:
        look.find("refuted", "refuted.missing", path, "This file was acknowledged and is missing.")
    except OSError as reason:
        look.find_failure(translate(reason), path)
    except Failure as failure:
        look.find_failure(failure, path)
    return None
