# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who signed the key list, the seal and the heads, by the dossier's own account (spec §8.11, steps 10 and 11).

Whether the root at the end of it is the right one is the policy's question and not asked here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sviedka.core.base.errors import Failure
from sviedka.core.disclose import bag_paths as at
from sviedka.core.disclose.derived import cut_note, derived_files, derived_log_files
from sviedka.core.seal.checkpoint import verify_checkpoint
from sviedka.core.seal.keylist import KeyList, verify_keylist
from sviedka.core.seal.merkle_proof import verify_consistency
from sviedka.core.seal.note import Note, VerifierKey, verify_note
from sviedka.core.seal.succession import refuse_beyond

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from sviedka.verify.contents import Contents, LogContents
    from sviedka.verify.findings import Findings
    from sviedka.verify.sealing import Seal


@dataclass(frozen=True, kw_only=True, slots=True)
class StatementKey:
    """A key that the key list names for statements, and since when it counts as taken back."""

    key: VerifierKey
    revoked_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Keys:
    """The keys that signed: the seal's, and each log's by its number."""

    seal: VerifierKey
    logs: Mapping[int, VerifierKey]


def check_signatures(files: Mapping[str, bytes], seal: Seal, contents: Contents, findings: Findings) -> Keys | None:
    """Check step 10: signatures of key list, seal, checkpoints and heads, and the files derived from them."""
    if not _succeeds(lambda: verify_keylist(contents.key_list, contents.root)):
        findings.add("keylist.signature")
    if not _agrees(seal, contents.logs):
        findings.add("seal.malformed")
    seal_key = _find_signer(seal.note, statement_keys(contents.key_list, seal.text.origin))
    if seal_key is None:
        findings.add("seal.signature")
    elif contents.key_list.find_successor(seal.text.origin) is not None:
        findings.add("seal.after-succession")  # whoever has this list knows that the desk's keys sign nothing more
    logs = {log.number: _check_log(log, contents.key_list, findings) for log in contents.logs}
    if findings.must_stop() or seal_key is None:
        return None
    keys = Keys(seal=seal_key, logs={number: key for number, key in logs.items() if key is not None})
    findings.add_all("derived.differs", _find_differing(files, seal, contents, keys))
    return None if findings.must_stop() else keys


def check_consistency(log: LogContents, findings: Findings) -> None:
    """Check step 11: each stamped head is a part of the log that the dossier's checkpoint commits to."""
    for head in log.heads:
        if not _succeeds(
            lambda head=head: verify_consistency(  # type: ignore[misc]  # the default binds the loop's value
                old_size=head.checkpoint.size,
                old_root=head.checkpoint.root,
                new_size=log.checkpoint.size,
                new_root=log.checkpoint.root,
                proof=head.consistency,
            )
        ):
            findings.add("head.consistency", f"{head.folder}/checkpoint")


def statement_keys(key_list: KeyList, origin: str) -> tuple[VerifierKey, ...]:
    """Return every key that the key list names for the statements of one desk."""
    return tuple(entry.key for entry in key_list.desk_keys if entry.role == "statements" and entry.origin == origin)


def keys_by_kid(key_list: KeyList) -> dict[str, StatementKey]:
    """Return the statement keys by `kid`; one that two keys share names neither."""
    found: dict[str, StatementKey] = {}
    shared: set[str] = set()
    for entry in key_list.desk_keys:
        if entry.role != "statements":
            continue
        kid = f"{entry.origin}+{entry.key.key_id}"
        shared.update({kid} & found.keys())
        found[kid] = StatementKey(key=entry.key, revoked_at=key_list.revoked_at(entry.key))
    return {kid: key for kid, key in found.items() if kid not in shared}


def _check_log(log: LogContents, key_list: KeyList, findings: Findings) -> VerifierKey | None:
    keys = [entry.key for entry in key_list.desk_keys if entry.role == "log" and entry.origin == log.origin]
    successor = key_list.find_successor(log.origin)
    places = [(f"logs/{log.number}/checkpoint", log.checkpoint)]
    places += [(f"{head.folder}/checkpoint", head.checkpoint) for head in log.heads]
    for path, checkpoint in places:
        if not _succeeds(lambda checkpoint=checkpoint: verify_checkpoint(checkpoint, keys, origin=log.origin)):  # type: ignore[misc]  # as above
            findings.add("checkpoint.signature", path)
        elif not _succeeds(lambda checkpoint=checkpoint: refuse_beyond(checkpoint, successor)):  # type: ignore[misc]  # as above
            findings.add("log.after-succession", path)
    return keys[0] if keys else None


def _agrees(seal: Seal, logs: tuple[LogContents, ...]) -> bool:
    own = next((log for log in logs if log.origin == seal.text.origin), None)
    return own is not None and own.checkpoint.size == seal.text.built_at


def _find_signer(note: Note, keys: tuple[VerifierKey, ...]) -> VerifierKey | None:
    try:
        return verify_note(note, keys)[0]
    except Failure:
        return None


def _find_differing(files: Mapping[str, bytes], seal: Seal, contents: Contents, keys: Keys) -> Iterator[str]:
    for path, data in _derive(seal, contents, keys):
        if files[path] != data:
            yield path


def _derive(seal: Seal, contents: Contents, keys: Keys) -> Iterator[tuple[str, bytes]]:
    body, signature = cut_note(seal.note, keys.seal)
    yield at.SEAL_BODY, body
    yield at.SEAL_SIGNATURE, signature
    if contents.key_list.note is not None:
        yield from derived_files(key_list=contents.key_list.note, root=contents.root, seal_key=keys.seal)
    for log in contents.logs:
        yield from derived_log_files(log.number, checkpoint=log.checkpoint.note, key=keys.logs[log.number])


def _succeeds(check: Callable[[], object]) -> bool:
    try:
        check()
    except Failure:
        return False
    return True
