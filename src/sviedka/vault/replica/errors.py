# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a replica can refuse or be found out at. Messages name a replica by its name in `sviedka.toml`, never by address."""

from __future__ import annotations

from sviedka.core.base.errors import Malformed, Refuted, Unavailable, Withheld


class ReplicasMalformed(Malformed):
    """`sviedka.toml` describes a replica in a way that cannot be used."""

    code = "malformed.replicas"
    hint = "Compare the entry in sviedka.toml with docs/howto/keep-copies-elsewhere.md."


class JournalMalformed(Malformed):
    """A record of a replica that is not in its one form."""

    code = "malformed.replica-record"
    hint = "The replica's own records were changed. Do not rely on it; look at who can write it."


class ReplicaUnreachable(Unavailable):
    """The replica does not answer, or is not there."""

    code = "unavailable.replica"
    hint = "What is not copied yet is kept on this disk only. Run sviedka replicate when the replica is back."


class ReplicaDenied(Unavailable):
    """The replica does not accept the credentials, or there are none."""

    code = "unavailable.replica-credentials"
    hint = "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a file of mode 0600 under `credentials`."


class LocksEnded(Unavailable):
    """The lock of something in a bucket has ended and could not be made longer."""

    code = "unavailable.replica-lock"
    hint = "Let the credentials lengthen locks (s3:PutObjectRetention), or have the provider do it; then sviedka replicate."


class ReplicaBusy(Unavailable):
    """Another process is copying to this replica."""

    code = "unavailable.replica-busy"
    hint = "Wait until it is done."


class ReplicaUnfit(Withheld):
    """The store cannot be what it is registered as, so nothing is put there."""

    code = "withheld.replica-unfit"
    hint = "Change the store or its entry in sviedka.toml; nothing was put there."


class ReplicaForeign(Refuted):
    """The replica holds the copies of another archive."""

    code = "refuted.replica-foreign"
    hint = "Give each archive a folder or prefix of its own; nothing was changed."


class ReplicaDiffers(Refuted):
    """The replica holds other bytes under a name than the archive put there. They are never overwritten."""

    code = "refuted.replica-differs"
    hint = "Somebody or something changed the replica. Run sviedka check --full --repair and find out who can write it."


class ReplicaRolledBack(Refuted):
    """The replica lacks what it had confirmed: it was put back to an older state."""

    code = "refuted.replica-rolled-back"
    hint = "Find out who restored the replica from an older copy. Run sviedka check --full --repair to complete it."


class VaultBehind(Refuted):
    """The replica has confirmed statements that this vault does not hold: the vault was put back to an older state."""

    code = "refuted.vault-behind-replica"
    hint = "Do not seal or record here. Restore the archive from the replica with sviedka restore."
