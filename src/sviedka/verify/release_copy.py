# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether a copy of a release is what was published, for whoever has the copy and a policy, and no archive.

Three questions. Are the files those that the statement beside them names? Is that statement in a log that the policy
vouches for, cosigned as it asks? Did that log's desk sign it? A copy that was changed together with its statement is found
out by the second and third. Spec: spec/09-count.md.
"""

from __future__ import annotations

from hashlib import sha256
from io import BufferedReader
from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Unavailable
from sviedka.core.count.release.copy import (
    BESIDE,
    KEY_LIST,
    MAX_STATEMENT_BYTES,
    PROOF,
    STATEMENT,
    StatedCopy,
    parse_copy,
)
from sviedka.core.count.release.release_errors import CopyRefuted, CopyUnproven
from sviedka.core.seal.keylist import KeyList, parse_keylist, verify_keylist
from sviedka.core.seal.merkle_proof import leaf_hash
from sviedka.core.seal.statement import verify_signature
from sviedka.core.seal.succession import refuse_beyond
from sviedka.core.seal.tlog_proof import MAX_BYTES as MAX_PROOF_BYTES
from sviedka.core.seal.tlog_proof import Logged, TlogProof, parse_tlog_proof, verify_tlog_proof
from sviedka.verify.regular import open_regular
from sviedka.verify.signatures import keys_by_kid

if TYPE_CHECKING:
    from pathlib import Path

    from sviedka.core.seal.note_key import VerifierKey
    from sviedka.core.seal.policy import Policy

MAX_BYTES: Final = 256 * 1024 * 1024
MAX_KEY_LIST_BYTES: Final = 1_048_576


class CopyUnreadable(Unavailable):
    """The folder of a release cannot be read."""

    code = "unavailable.release-copy"
    hint = "Name the folder that the release was copied to."


def check_files(folder: Path) -> StatedCopy:
    """Compare the files in a folder with the statement beside them.

    Untrusted: everything in the folder.

    Raises:
        CopyRefuted: A file is missing, changed, or stands there unnamed; or the statement was changed.
        CopyUnproven: There is no statement.
        CopyUnreadable: There is no such folder, or it cannot be read.
    """
    if not (folder / STATEMENT).is_file():
        raise CopyUnproven("There is no {name} in this folder.", name=STATEMENT)
    copy = parse_copy(_read(folder / STATEMENT, MAX_STATEMENT_BYTES))
    there = {found.name for found in folder.iterdir()} - BESIDE
    for name in sorted(copy.files.keys() | there):
        if name not in there or not (folder / name).is_file():
            raise CopyRefuted("{file} is missing.", file=name)
        if name not in copy.files:
            raise CopyRefuted("{file} was not published with this release.", file=name)
        if sha256(_read(folder / name, MAX_BYTES)).hexdigest() != copy.files[name]:
            raise CopyRefuted("{file} is not what was published.", file=name)
    return copy


def check_proof(folder: Path, copy: StatedCopy, policy: Policy) -> Logged:
    """Check that the statement is in a log of an archive whose root the policy pins.

    Untrusted: everything in the folder. Trusted: `policy`, brought from elsewhere.

    Returns:
        Which log, where in it, and who cosigned.

    Raises:
        CopyUnproven: The proof or the key list is not there; its root is not pinned; a key was revoked.
        SignatureRefuted, InclusionRefuted, CosignatureRefuted, AfterSuccession: Something was forged.
        KeyUnknown, QuorumMissing: The policy does not vouch for it.
        Malformed: The proof or the key list is none.
    """
    key_list = _vouched_for(parse_keylist(_proof_file(folder, KEY_LIST, MAX_KEY_LIST_BYTES)), policy)
    proof = parse_tlog_proof(_proof_file(folder, PROOF, MAX_PROOF_BYTES))
    origin = proof.checkpoint.origin
    logged = verify_tlog_proof(
        proof, leaf=leaf_hash(copy.jwt), policy=policy, log_keys=() if policy.logs else _log_keys(key_list, origin)
    )
    refuse_beyond(proof.checkpoint, key_list.find_successor(origin))
    _check_signature(copy, key_list, proof, logged.log)
    return logged


def _vouched_for(key_list: KeyList, policy: Policy) -> KeyList:
    """Return the key list if a root that the policy pins has signed it."""
    root = next((one for one in policy.roots if one.name == f"{key_list.archive}/root"), None)
    if root is None:
        raise CopyUnproven("The policy does not pin the root of {archive}.", archive=key_list.archive)
    verify_keylist(key_list, root)
    return key_list


def _log_keys(key_list: KeyList, origin: str) -> tuple[VerifierKey, ...]:
    return tuple(entry.key for entry in key_list.desk_keys if entry.role == "log" and entry.origin == origin)


def _check_signature(copy: StatedCopy, key_list: KeyList, proof: TlogProof, log: VerifierKey) -> None:
    """Check that the desk of this log signed the statement, by keys that stand: a stamp would tell if one fell later."""
    signer = keys_by_kid(key_list).get(copy.head.kid)
    if signer is None or copy.head.kid.rpartition("+")[0] != proof.checkpoint.origin:
        raise CopyRefuted("The statement of this release is not signed by the desk in whose log it stands.")
    verify_signature(copy.head, signer.key.public)
    if signer.revoked_at is not None or key_list.revoked_at(log) is not None:
        raise CopyUnproven("A key of the desk that published this was revoked.")


def _proof_file(folder: Path, name: str, most: int) -> bytes:
    if not (folder / name).is_file():
        raise CopyUnproven("There is no {name} in this folder.", name=name)
    return _read(folder / name, most)


def _read(path: Path, most: int) -> bytes:
    try:
        with BufferedReader(open_regular(path)) as file:
            data = file.read(most + 1)
    except OSError as reason:
        raise CopyUnreadable("{file} cannot be read.", file=path.name) from reason
    if len(data) > most:
        raise CopyRefuted("{file} is not what was published.", file=path.name)
    return data
