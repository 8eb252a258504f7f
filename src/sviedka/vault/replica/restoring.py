# SPDX-License-Identifier: AGPL-3.0-or-later
"""An archive's folder again, from replicas of payloads and places of keys, where nothing is yet (spec/06-vault.md §10).

    1  what each place is, and that all are of one archive
    2  places of keys: keys, slips, cells; what bears a mark of removal at any place is not fetched
    3  replicas of payloads: packs, logs, stamps, key lists, payloads; each byte for byte what a record says
    4  the lists of packs, written from the records
    5  which names of epochs are left out (`epoch_names`); sviedka.toml: from here on it is an archive

Cut short before 5 it is no archive; begun again, what is there is fetched anew or found whole. No key is used.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Refuted, Unavailable
from sviedka.vault.claims import TEMPORARY_PREFIX
from sviedka.vault.clock import now
from sviedka.vault.disk_errors import AlreadyThere, translating
from sviedka.vault.durable import make_folder, remove, replace, write_new
from sviedka.vault.epoch_names import leave_out
from sviedka.vault.layout import CONFIG_NAME, RESTORING_NAME, Archive
from sviedka.vault.replica.errors import ReplicaForeign
from sviedka.vault.replica.fetching import Fetcher
from sviedka.vault.replica.heads_fetched import fetch_heads
from sviedka.vault.replica.offers import KeyOffer, PayloadOffer, mark_in

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from sviedka.core.base.progress import Progress
    from sviedka.vault.replica.registry import ReplicaEntry

_NEEDED: Final = ("packs/", "keys/", CONFIG_NAME)
_PUBLIC: Final = 0o644
_PRIVATE: Final = 0o600


class FolderTaken(Unavailable):
    """There is something in the folder that an archive was to be restored into."""

    code = "unavailable.restore-folder"
    hint = "Nothing was changed. Name an empty folder, or one that is not there yet."


class CopiesDisagree(Refuted):
    """Two replicas of payloads name other bytes for a file that is written once: one of them was changed."""

    code = "refuted.copies-disagree"
    hint = "Restore from one of them alone, each into a folder of its own. Whichever was changed does not open."


class CopiesCut(Refuted):
    """Packs or keys that were confirmed are in none of the places, or not as they were confirmed."""

    code = "refuted.copies-cut"
    hint = "Name another replica or place of keys as well, and restore again into the same folder: what is there stays."


@dataclass(frozen=True, kw_only=True)
class Restored:
    """What a restore came to.

    Attributes:
        archive: The folder.
        files: Fetched.
        missing: Payloads and other files of which no place holds a whole copy.
        hidden: How many files somebody had hidden in a bucket that keeps versions; they were taken from beneath.
        taken_back: Slips and cells that were left where they are, because they bear a mark of removal.
        doubted: Epochs that a place says have ended, and of which something was fetched: `settle` ends those that the log says ended.
        disputed: How many of `taken_back` lie at another place without a mark.
        differing: Slips and cells of which two places of keys hold other bytes.
        confirmed_at: When the newest complete record was made; None if no replica of payloads was ever complete.
    """

    archive: Archive
    files: int
    missing: tuple[str, ...]
    hidden: int
    taken_back: int
    doubted: tuple[str, ...]
    disputed: int
    differing: tuple[str, ...]
    confirmed_at: datetime | None


def restore_files(
    folder: Path,
    *,
    payloads: Sequence[ReplicaEntry],
    keys: Sequence[ReplicaEntry],
    progress: Progress | None = None,
) -> Restored:
    """Bring an archive back into `folder`.

    Args:
        folder: Empty, not there, or left by a restore that was cut short.
        payloads: Replicas of payloads; each file is taken from the first that has it whole.
        keys: Places of keys; the one that was confirmed last decides on keys.
        progress: Told files.

    Raises:
        FolderTaken: Nothing was changed.
        NothingThere, ReplicaForeign, JournalMalformed: A place holds no copies, or those of different archives.
        CopiesDisagree: Two replicas name other bytes for one file; nothing was changed.
        CopiesCut: Packs or keys are missing; it is no archive yet.
        ReplicaUnreachable, DiskFull, DiskError: Begin again.
    """
    offers = sorted((KeyOffer.read(entry) for entry in keys), key=lambda offer: offer.note.at, reverse=True)
    stores = sorted((PayloadOffer.read(entry) for entry in payloads), key=lambda offer: offer.at, reverse=True)
    config = offers[0].store.get(CONFIG_NAME) or b""
    _require_one_archive(mark_in(config), [*offers, *stores])
    _require_agreement(stores)
    archive = _take(folder)
    fetcher = Fetcher(archive=archive, progress=progress)
    taken_back = fetcher.fetch_keys(offers)
    fetcher.fetch_payloads(stores)
    if any(name.startswith(_NEEDED) for name in fetcher.missing):
        raise CopiesCut(
            "{count} packs or keys that were confirmed are in none of the places.", count=len(fetcher.missing)
        )
    fetch_heads(archive, offers)
    _write_sums(archive, stores)
    make_folder(archive.run)
    leave_out(archive, now())  # before it is an archive that could begin an epoch
    replace(archive.config, config, _PRIVATE)
    return Restored(
        archive=archive,
        files=fetcher.files,
        missing=tuple(sorted(fetcher.missing)),
        hidden=fetcher.hidden,
        taken_back=taken_back,
        doubted=fetcher.doubted,
        disputed=len(fetcher.disputed),
        differing=tuple(fetcher.differing),
        confirmed_at=max((offer.complete_at for offer in stores if offer.complete_at is not None), default=None),
    )


def finish(archive: Archive) -> None:
    """Let a restored folder be an archive, durably: heads are remembered, what ends with a gap is closed."""
    remove(archive.root / RESTORING_NAME)


def begin_again(archive: Archive) -> None:
    """Make a folder that could not be opened one that a restore was cut short in: it is fetched into anew."""
    with suppress(AlreadyThere):
        write_new(archive.root / RESTORING_NAME, b"")
    remove(archive.config)


def _require_one_archive(mark: str, offers: Sequence[KeyOffer | PayloadOffer]) -> None:
    for offer in offers:
        if offer.mark != mark:
            raise ReplicaForeign("Replica {replica} holds the copies of another archive.", replica=offer.name)


def _require_agreement(offers: Sequence[PayloadOffer]) -> None:
    """Refuse replicas that name other bytes for a file which is written once: without a key none can be told from the other."""
    first: dict[str, tuple[str, str]] = {}
    for offer in offers:
        for name, good in offer.files.items():
            replica, sha256 = first.setdefault(good.stored, (offer.name, good.sha256))
            if sha256 != good.sha256:
                raise CopiesDisagree(
                    "Replicas {first} and {second} do not name the same bytes for {name}.",
                    first=replica,
                    second=offer.name,
                    name=name,
                )


def _take(folder: Path) -> Archive:
    make_folder(folder)
    with translating():
        names = {path.name for path in folder.iterdir() if not path.name.startswith(TEMPORARY_PREFIX)}
    if names and RESTORING_NAME not in names:
        raise FolderTaken("The folder that the archive is to be restored into is not empty.")
    if not names:
        write_new(folder / RESTORING_NAME, b"")
    archive = Archive(root=folder)
    _forget_findings(archive)
    return archive


def _forget_findings(archive: Archive) -> None:
    """Take away what a restore that was cut had found out itself: this one may know other places and heads."""
    with translating():
        found = [*(archive.keys / "heads").glob("*"), *archive.epochs.glob("*.ended")]
    for path in (archive.config, *found):
        remove(path)


def _write_sums(archive: Archive, stores: Sequence[PayloadOffer]) -> None:
    desks: dict[str, dict[str, str]] = {}
    for offer in stores:
        for name, good in offer.files.items():
            if name.startswith("packs/"):
                _, desk, pack = name.split("/")
                desks.setdefault(desk, {})[pack] = good.sha256
    for desk, packs in desks.items():
        lines = "".join(f"{digest}  {pack}\n" for pack, digest in sorted(packs.items()))
        replace(archive.pack_sums(desk), lines.encode("ascii"), _PUBLIC)
