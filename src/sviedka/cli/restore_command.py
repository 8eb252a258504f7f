# SPDX-License-Identifier: AGPL-3.0-or-later
"""`sviedka restore`: an archive again, from copies elsewhere, in an empty folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from sviedka.cli.language import translate
from sviedka.cli.places import readable_file
from sviedka.cli.recover_command import read_share
from sviedka.cli.secret_input import add_login_options, read_own_passphrase, read_passphrase
from sviedka.core.base.errors import Failure, Refuted

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Sequence

    from sviedka.cli.console import Console
    from sviedka.core.seal.checkpoint import Checkpoint
    from sviedka.store.upkeep.settling import Settled
    from sviedka.vault.layout import Archive
    from sviedka.vault.replica.registry import ReplicaEntry
    from sviedka.vault.replica.restoring import Restored

SUMMARY: Final = "bring an archive back from its copies, into an empty folder"
EXAMPLE: Final = (
    "sviedka restore archive --payloads /mnt/abroad/copies --keys /mnt/stick/keys\n"
    "sviedka restore archive --registry places.toml --payloads abroad --keys stick --head cosigned-head"
)
_MOST_HEAD: Final = 1_048_576


def configure(parser: ArgumentParser) -> None:
    """Add the new folder, and where the copies are."""
    place = translate("PLACE")
    parser.add_argument("folder", type=Path, metavar=translate("DIR"), help=translate("for the archive: new or empty"))
    parser.add_argument(
        "--payloads",
        action="append",
        required=True,
        metavar=place,
        help=translate("a replica of payloads or a backup: its folder, or its name in the registry"),
    )
    parser.add_argument(
        "--keys",
        action="append",
        required=True,
        metavar=place,
        help=translate("a place of keys: its folder, or its name in the registry"),
    )
    parser.add_argument(
        "--registry",
        type=Path,
        metavar=translate("FILE"),
        help=translate("a file with [[replicas]] as in sviedka.toml, for buckets"),
    )
    parser.add_argument(
        "--head",
        type=Path,
        action="append",
        default=[],
        metavar=translate("FILE"),
        help=translate("a checkpoint that a cosigner, or whoever has a dossier, holds"),
    )
    parser.add_argument(
        "--without",
        action="append",
        default=[],
        metavar=translate("COSIGNER"),
        help=translate("do not ask this cosigner how far it has seen the log"),
    )
    parser.add_argument(
        "--share",
        type=Path,
        action="append",
        default=[],
        metavar=translate("FILE"),
        help=translate("the passphrase is lost: one of three recovery shares; the passphrase given is a new one"),
    )
    add_login_options(parser)


def run(arguments: Namespace, console: Console) -> int:
    """Fetch everything, open it once, and say what is lost."""
    from sviedka.keeper.recovering import recover_vault
    from sviedka.store.upkeep.settling import ask_cosigners, remember_heads
    from sviedka.vault.replica.recalling import recall
    from sviedka.vault.replica.restoring import begin_again, finish, restore_files

    heads = [readable_file(path).read_bytes()[:_MOST_HEAD] for path in arguments.head]
    payloads = _entries(arguments, arguments.payloads, "payloads")
    keys = _entries(arguments, arguments.keys, "keys")
    shares = [read_share(path) for path in arguments.share]
    passphrase = read_passphrase(arguments, twice=bool(shares))
    try:
        with console.progress("fetching") as advance:
            restored = restore_files(arguments.folder.absolute(), payloads=payloads, keys=keys, progress=advance)
        _tell_files(restored, console)
        try:
            if shares:
                recover_vault(restored.archive, shares, bytearray(passphrase))
            known = remember_heads(restored.archive, heads)
            silent = ask_cosigners(restored.archive, known, without=arguments.without)
            settled = _settle(restored.archive, arguments, passphrase, known, console)
        except Failure:
            begin_again(restored.archive)
            console.warn("What was fetched stays in the folder; restore into it again.")
            raise
    finally:
        passphrase[:] = bytes(len(passphrase))
    recall(restored.archive)  # what the replicas have confirmed, of those that are reachable
    finish(restored.archive)
    return _tell(restored, settled, silent, console)


def _entries(arguments: Namespace, places: list[str], holds: str) -> list[ReplicaEntry]:
    from sviedka.vault.replica.registry import ReplicaEntry, parse_replicas

    registered: tuple[ReplicaEntry, ...] = ()
    if arguments.registry is not None:
        registered = parse_replicas(readable_file(arguments.registry).read_bytes())
    named = {entry.name: entry for entry in registered if entry.holds == holds}
    return [
        named.get(place) or ReplicaEntry(name=f"{holds}-{number}", holds=holds, folder=str(Path(place).absolute()))
        for number, place in enumerate(places, start=1)
    ]


def _settle(
    archive: Archive, arguments: Namespace, passphrase: bytearray, known: Sequence[Checkpoint], console: Console
) -> Settled:
    from sviedka.keeper.client import Keeper
    from sviedka.keeper.unlocking import lock, unlock
    from sviedka.store.upkeep.settling import settle

    lock(archive)  # a restore that was killed may have left a keeper, which knows what lay here then
    unlock(archive, passphrase, 60, user=arguments.user, user_passphrase=read_own_passphrase(arguments))
    try:
        with Keeper.connect(archive) as keeper, console.progress("rebuilding") as advance:
            return settle(archive, keeper, known, progress=advance)
    finally:
        lock(archive)


def _tell_files(restored: Restored, console: Console) -> None:
    console.say("{count} files were fetched, each as it was confirmed.", count=restored.files)
    if restored.hidden:
        console.warn(
            "{count} files had been hidden in a bucket, by a delete marker or other bytes over them. Their locked versions "
            "were fetched. Somebody else has the bucket's credentials: change them.",
            count=restored.hidden,
        )
    if restored.taken_back:
        console.say("{count} slips and cells were not fetched: they were taken back.", count=restored.taken_back)
    if restored.disputed:
        console.warn(
            "{count} of them lie at another place of keys without a mark. If nobody took them back, somebody wrote the "
            "marks: restore into another folder, without the place that has them.",
            count=restored.disputed,
        )
    if restored.confirmed_at is not None:
        console.say(
            "The copies were complete at {time}. What was kept only in the office after that is lost.",
            time=restored.confirmed_at.isoformat(),
        )
    else:
        console.warn("No copy was ever complete: more may be lost than is named here.")
    for name in restored.differing:
        console.warn(
            "{name}: two places of keys hold different bytes, and one was changed. If it does not open, restore into another folder "
            "from the other place alone.",
            name=name,
        )
    for name in restored.missing:
        console.warn("LOST: {name}: no place holds a whole copy.", name=name)


def _tell(restored: Restored, settled: Settled, silent: Sequence[str], console: Console) -> int:
    worse = bool(restored.missing or restored.differing or settled.closed)
    doubted = [epoch for epoch in restored.doubted if not restored.archive.epoch_end(epoch).exists()]
    console.document |= {
        "verdict": Refuted.verdict if worse else "holds",
        "files": restored.files,
        "taken_back": restored.taken_back,
        "disputed": restored.disputed,
        "differing": list(restored.differing),
        "doubted": [*doubted],
        "missing": list(restored.missing),
        "confirmed_at": None if restored.confirmed_at is None else restored.confirmed_at.isoformat(),
        "statements": settled.statements,
        "purged": settled.purged,
        "root": settled.root,
        "cosigners_silent": list(silent),
        "closed": [{"desk": one.desk, "held": one.held, "known": one.known} for one in settled.closed],
    }
    console.say("Restored: {count} statements, every signature checked. It is locked.", count=settled.statements)
    console.say("Its root is the following; compare it with a policy that somebody else holds.")
    console.show(f"    {settled.root}")
    if settled.purged:
        console.say(
            "{count} slips and cells were removed: the log says that they were erased. Run `sviedka epoch rotate`.",
            count=settled.purged,
        )
    for epoch in doubted:
        console.warn(
            "A place of keys says that epoch {epoch} has ended, and the log does not say it, or something opens by its key alone. "
            "Its key is here again. Run `sviedka epoch rotate`, and find out who can write that place.",
            epoch=epoch,
        )
    for name in silent:
        console.warn("NOT ASKED: cosigner {name}. It may have seen a head that nobody here knows.", name=name)
    for one in settled.closed:
        console.warn(
            "LOST: statements {first} to {last} of desk {desk}. Its log is closed and its key is never used again.",
            first=one.held,
            last=one.known - 1,
            desk=one.desk,
        )
    return Refuted.exit_status if worse else 0
