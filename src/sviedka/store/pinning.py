# SPDX-License-Identifier: AGPL-3.0-or-later
"""The policy that this archive asks strangers to pin: its root, its desks' logs, its cosigners, its time authorities.

It is a proposal. It has to reach the stranger by another way than the dossier, and the stranger decides whom they trust: a
policy that travels in the bag would let a forger pin themselves. Spec: spec/04-log.md §6.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sviedka.anchor.config import read_authorities, read_cosigners
from sviedka.core.seal.keylist import parse_keylist, verify_keylist
from sviedka.core.seal.note_key import parse_vkey
from sviedka.core.seal.policy import Policy, PolicyGroup, PolicyLog, PolicyWitness, format_policy
from sviedka.vault.disk_errors import translating

if TYPE_CHECKING:
    from sviedka.core.seal.keylist import KeyList
    from sviedka.core.seal.note import VerifierKey
    from sviedka.keeper.client import Keeper
    from sviedka.vault.layout import Archive

GROUP: Final = "cosigners"


def policy_to_pin(archive: Archive, keeper: Keeper) -> bytes:
    """Return a policy with the archive's own pins; every configured cosigner has to have signed.

    Raises:
        Locked: The root's key is believed only from the keeper, which has it under the passphrase.
        Malformed: `sviedka.toml` or the key list cannot be read as what it is.
        SignatureRefuted, KeyUnknown: The root did not sign the key list in this folder.
        KeyNotListed: The list does not name this log's key.
        DiskError: The key list cannot be read.

    The cosigners and authorities are those of `sviedka.toml`, which nobody signs: whoever hands the policy over
    compares their keys with what those outsiders themselves say.
    """
    facts = keeper.facts()
    root = parse_vkey(facts.root)
    keylist = _own_keylist(archive, root)
    witnesses = tuple(
        PolicyWitness(name=f"cosigner-{number}", key=cosigner.key)
        for number, cosigner in enumerate(read_cosigners(archive), start=1)
    )
    members = tuple(witness.name for witness in witnesses)
    policy = Policy(
        logs=tuple(PolicyLog(key=key) for key in _log_keys(keylist, facts.origin)),
        witnesses=witnesses,
        groups=(PolicyGroup(name=GROUP, threshold=len(members), members=members),) if members else (),
        quorum=GROUP if members else None,
        roots=(root,),
        authorities=tuple(authority.pin for authority in read_authorities(archive)),
    )
    return format_policy(policy)


def _log_keys(keylist: KeyList, own: str) -> list[VerifierKey]:
    """Return the keys of all logs of the archive, its own first: a dossier may rest on several desks' and on closed ones."""
    others = [entry.key for entry in keylist.desk_keys if entry.role == "log" and entry.origin != own]
    return [keylist.log_key(own), *others]


def _own_keylist(archive: Archive, root: VerifierKey) -> KeyList:
    """Return the folder's key list, signed by the root that the keeper vouches for: anybody may have written the file."""
    with translating():
        keylist = parse_keylist(archive.keylist.read_bytes())
    verify_keylist(keylist, root)
    return keylist
