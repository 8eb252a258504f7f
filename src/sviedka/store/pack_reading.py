# SPDX-License-Identifier: AGPL-3.0-or-later
"""One pack, opened and checked: the signatures of every statement, its sealed parts, and the rows that it comes to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sviedka.core.base.errors import Failure, Malformed, Refuted, Unavailable
from sviedka.core.seal.age_file import decrypt_bytes
from sviedka.core.seal.asserting import verify_asserted
from sviedka.core.seal.quick_head import read_head
from sviedka.core.seal.quick_reading import read_shown
from sviedka.core.seal.statement import open_sealed, verify_author, verify_signature
from sviedka.core.seal.statement_errors import AuthorRefuted
from sviedka.store.folding import fold
from sviedka.store.packing import parse_pack
from sviedka.store.telling import telling_of
from sviedka.vault.disk_errors import translating
from sviedka.vault.packs import read_pack

if TYPE_CHECKING:
    from sviedka.core.seal.statement import Statement, StatementHead
    from sviedka.keeper.jobs import JobKeys
    from sviedka.store.packing import Entry
    from sviedka.store.rows import Folded
    from sviedka.vault.layout import Archive


class PackRefuted(Refuted):
    """A pack of the vault holds something that no desk of this archive signed, or that was changed since."""

    code = "refuted.pack"
    hint = "Fetch the pack from a replica; sviedka check --full names every one that is damaged."


class PackUnreadable(Malformed):
    """A pack of the vault does not open, or holds something else than statements."""

    code = "malformed.pack-unreadable"
    hint = "Fetch the pack from a replica; sviedka check --full names every one that is damaged."


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadPack:
    """What one pack comes to."""

    first_index: int
    folded: tuple[Folded, ...]


class PackReader:
    """Reads the packs of one desk. Holds the keys it was given; belongs into the keeper."""

    def __init__(self, keys: JobKeys, desk: str, *, archive: Archive | None = None) -> None:
        """Read packs of `desk` with `keys`, from the archive itself or from what another desk sent."""
        self._keys = keys
        self._archive = keys.archive if archive is None else archive
        self._desk = desk
        self._origin = f"{keys.facts.origin.partition('/')[0]}/{desk}"
        self._desk_keys: dict[str, bytes] = {}
        self._user_keys: dict[str, tuple[bytes, ...]] = {}

    def size_bytes(self, first_index: int) -> int:
        """Return the size of the pack at `first_index`."""
        with translating():
            return self._archive.pack(self._desk, first_index).stat().st_size

    def read(self, first_index: int) -> ReadPack:
        """Return what the pack at `first_index` comes to.

        Raises:
            PackRefuted: A signature, digest or key does not fit.
            PackUnreadable: It does not open, or holds something else.
            DiskError: It cannot be read.
        """
        return self.parse(first_index, read_pack(self._archive, self._desk, first_index))

    def parse(self, first_index: int, data: bytes) -> ReadPack:
        """Return what the bytes `data` of the pack at `first_index` come to; raises as `read`, but reads only cells."""
        try:
            entries = parse_pack(decrypt_bytes(data, self._keys.vault_identity))
            folded = tuple(self._fold(entry, index) for index, entry in enumerate(entries, start=first_index))
        except Unavailable:  # a cell that a failing disk did not give says nothing of the pack
            raise
        except Failure as reason:
            kind = PackUnreadable if isinstance(reason, Malformed) else PackRefuted
            raise kind(
                "Pack {first} of desk {desk} is not as it was admitted ({code}).",
                first=first_index,
                desk=self._desk,
                code=reason.code,
            ) from reason
        return ReadPack(first_index=first_index, folded=folded)

    def _fold(self, entry: Entry, leaf_index: int) -> Folded:
        head = read_head(entry.jwt)
        self._verify_desk(head)
        groups = open_sealed(entry.sealed, head=head, cell_keys=self._keys.cell_keys)
        statement = read_shown(head, [text for group in groups for text in group.disclosures])
        self._verify_author(statement)
        verify_asserted(statement, keylist=self._keys.key_list)
        return fold(telling_of(statement), jwt=entry.jwt, groups=groups, desk=self._desk, leaf_index=leaf_index)

    def _verify_desk(self, head: StatementHead) -> None:
        if head.iss != self._origin:
            raise PackRefuted("A statement of another desk lies in a pack of {desk}.", desk=self._desk)
        key = self._desk_keys.get(head.kid)
        if key is None:
            key = self._desk_keys[head.kid] = self._keys.key_list.statement_key(head.kid).public
        verify_signature(head, key)

    def _verify_author(self, statement: Statement) -> None:
        author = statement.author or ""
        keys = self._user_keys.get(author)
        if keys is None:
            listed = self._keys.key_list.user_keys(author)
            keys = self._user_keys[author] = tuple(key.public for key in listed)
        for key in keys[:-1]:  # a user may have had several; whichever it was
            try:
                verify_author(statement, key)
            except AuthorRefuted:
                continue
            return
        if not keys:
            raise AuthorRefuted("The author of statement {jti} is in no key list.", jti=statement.head.jti)
        verify_author(statement, keys[-1])
