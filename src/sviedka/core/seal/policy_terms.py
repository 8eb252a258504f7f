# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a policy says: which logs, cosigners, roots and time authorities a verifier trusts, and how many must agree.

A policy comes from outside whatever it judges. Nothing in a dossier may supply or widen one. Spec: spec/04-log.md §6.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from sviedka.core.base.errors import Unproven

if TYPE_CHECKING:
    from collections.abc import Collection

    from sviedka.core.seal.note_key import VerifierKey


class QuorumMissing(Unproven):
    """Too few of the cosigners that the policy asks for have cosigned."""

    code = "unproven.quorum"
    hint = (
        "Without outside cosigners nobody can say that the log shows everyone the same. Ask for a cosigned checkpoint."
    )


class AuthorityKind(StrEnum):
    """Whose clock a time authority runs on."""

    EXTERNAL = "external"
    """An organisation that does not depend on the archive."""
    INTERNAL = "internal"
    """The archive's own: proves order among ourselves, nothing to a stranger."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PolicyLog:
    """A log whose checkpoints are accepted. Its origin is the key's name."""

    key: VerifierKey
    url: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class PolicyWitness:
    """A cosigner (C2SP: *witness*): `name` is only known inside the policy."""

    name: str
    key: VerifierKey
    url: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class PolicyGroup:
    """Cosigners and groups of which at least `threshold` must have cosigned. Members are named before the group."""

    name: str
    threshold: int
    members: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class PinnedAuthority:
    """A time authority, known by SHA-256 of its root certificate's DER (64 hexadecimal digits)."""

    sha256: str
    kind: AuthorityKind
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """What a verifier trusts.

    Attributes:
        logs: Logs trusted by their own key.
        witnesses: Known cosigners.
        groups: In the order of their definition.
        quorum: Name of the witness or group that must have cosigned; None asks for nobody.
        roots: Archive roots, each of which vouches for a key list.
        authorities: Time authorities.
    """

    logs: tuple[PolicyLog, ...] = ()
    witnesses: tuple[PolicyWitness, ...] = ()
    groups: tuple[PolicyGroup, ...] = ()
    quorum: str | None = None
    roots: tuple[VerifierKey, ...] = ()
    authorities: tuple[PinnedAuthority, ...] = field(default=())

    @property
    def log_keys(self) -> tuple[VerifierKey, ...]:
        """Keys of the pinned logs."""
        return tuple(log.key for log in self.logs)

    @property
    def witness_keys(self) -> tuple[VerifierKey, ...]:
        """Keys of the known cosigners."""
        return tuple(witness.key for witness in self.witnesses)


def quorum_met(policy: Policy, cosigned: Collection[VerifierKey]) -> bool:
    """Tell whether the cosigners whose keys are in `cosigned` (verified by the caller) are the quorum.

    A key is looked up by its public part: a cosigner counts once, under whatever name it signed.
    """
    if policy.quorum is None:
        return True
    public = {key.public for key in cosigned}
    reached = {witness.name for witness in policy.witnesses if witness.key.public in public}
    for group in policy.groups:
        if len(reached.intersection(group.members)) >= group.threshold:
            reached.add(group.name)
    return policy.quorum in reached


def verify_quorum(policy: Policy, cosigned: Collection[VerifierKey]) -> None:
    """Raise `QuorumMissing` unless `quorum_met`."""
    if not quorum_met(policy, cosigned):
        raise QuorumMissing(
            "The policy asks for the cosigners {quorum}; {count} of its cosigners have signed.",
            quorum=str(policy.quorum),
            count=len({key.public for key in cosigned} & {key.public for key in policy.witness_keys}),
        )
