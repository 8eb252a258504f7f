# SPDX-License-Identifier: AGPL-3.0-or-later
"""What may be asked of the keeper, and the answers: one function for each request.

Knows keys and frames, no sockets. Everything in a request is untrusted; whatever is not of its shape is refused by
name.
Spec: spec/07-keys.md §11.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from sviedka.core.base.canonical import encode_canonical, parse_canonical
from sviedka.core.base.ids import StatementId, SubjectId
from sviedka.core.base.instants import format_instant
from sviedka.core.seal.statement import Disclose
from sviedka.keeper.errors import FrameMalformed, RequestRefused
from sviedka.keeper.frames import MAX_FRAME_BYTES, Frame
from sviedka.keeper.identity_lines import parse_identity
from sviedka.keeper.identity_openings import IdentityDesk
from sviedka.keeper.jobs import JobKeys
from sviedka.keeper.link_runs import LinkDesk
from sviedka.keeper.pending import encode_pending, parse_assertions
from sviedka.keeper.receipts import OpeningReceipt, SealingReceipt
from sviedka.keeper.request_values import (
    find_text,
    read_deposits,
    read_hash,
    read_id,
    read_number,
    read_opening_proofs,
    read_parts,
    read_proof,
    read_receipt,
    read_text,
    read_two_receipts,
)
from sviedka.keeper.wire import encode_composed, parse_drafts

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sviedka.core.base.canonical import Json
    from sviedka.keeper.frames import Buffer, Header
    from sviedka.keeper.keyring import Keyring
    from sviedka.keeper.link_runs import PeopleKeys

LINKAGE_JOB: Final = "sviedka.store.identity_linkage:job"
"""What is done with link cells that two seats have opened; no client can choose."""

LISTS_JOB: Final = "sviedka.link.key_lists:job"
"""The same, with lists from outside beside the keys."""

PASSIVE: Final = frozenset({"status", "watch"})
"""Requests that do not count as use: they leave the time of the lock where it is."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A message to send back."""

    header: Header
    parts: tuple[Buffer, ...] = ()


@dataclass(frozen=True, kw_only=True)
class StartJob:
    """The connection becomes a worker's, until its result is sent."""

    name: str
    arguments: Json
    name_keys: Callable[[], PeopleKeys] | None = field(repr=False, default=None)


@dataclass(frozen=True, kw_only=True)
class Watch:
    """The connection is told when the keeper locks."""


@dataclass(frozen=True, kw_only=True)
class LockNow:
    """Everything ends."""


Outcome = Answer | StartJob | Watch | LockNow


class Service:
    """Answers requests with a keyring."""

    def __init__(self, keyring: Keyring, *, locks_at: Callable[[], datetime]) -> None:
        """Answer with `keyring`; `locks_at` tells when the keeper would lock by itself."""
        self._keyring = keyring
        self._locks_at = locks_at
        self._requests: dict[str, Callable[[Frame], Outcome]] = {
            "status": self._status,
            "facts": self._facts,
            "compose": self._compose,
            "prepare": self._prepare,
            "finish": self._finish,
            "new_cells": self._new_cells,
            "open_records": self._open_records,
            "sign_checkpoint": self._sign_checkpoint,
            "unwrap": self._unwrap,
            "database_key": lambda _: Answer(header={}, parts=(self._keyring.database_key(),)),
            "label_key": lambda _: Answer(header={}, parts=(self._keyring.label_key(),)),
            "seal_dossier": self._seal_dossier,
            "deposit_identity": self._deposit_identity,
            "order_identity": self._order_identity,
            "open_identity": self._open_identity,
            "order_linkage": self._order_linkage,
            "run_linkage": self._run_linkage,
            "run_job": self._run_job,
            "watch": lambda _: Watch(),
            "lock": lambda _: LockNow(),
        }

    def answer(self, frame: Frame) -> Outcome:
        """Do what `frame` asks.

        Raises:
            RequestRefused: No such request.
            FrameMalformed: A part of the request is missing or not of its kind.
            Failure: Whatever the request itself may end in.
        """
        request = self._requests.get(str(frame.header.get("ask")))
        if request is None:
            raise RequestRefused("The keeper does not do this.")
        return request(frame)

    def job_keys(self) -> JobKeys:
        """Return what a worker works with."""
        keyring = self._keyring
        return JobKeys(
            archive=keyring.archive,
            origin=keyring.config.origin,
            root=keyring.root,
            find_facts=keyring.facts,
            actor=keyring.actor,
            vault_identity=keyring.vault,
            epoch_identity=keyring.epochs.identity,
            make_epoch=keyring.epochs.make,
            verify_epoch=keyring.epochs.verify,
            cell_keys=keyring.cells,
            database_key=keyring.database_key(),
            label_key=keyring.label_key(),
            key_list=keyring.keylist,
            file_key=keyring.file_key,
        )

    def _status(self, _frame: Frame) -> Answer:
        keyring = self._keyring
        names = keyring.epochs.own()
        epoch = names[-1] if names else None
        return Answer(header={"actor": keyring.actor, "locks_at": format_instant(self._locks_at()), "epoch": epoch})

    def _facts(self, _frame: Frame) -> Answer:
        facts = self._keyring.facts()
        return Answer(
            header={
                "origin": facts.origin,
                "archive_cell": facts.archive_cell,
                "vault_recipient": facts.vault_recipient.text,
                "epoch": facts.epoch,
                "epoch_recipient": facts.epoch_recipient.text,
                "actor": facts.actor,
                "root": facts.root,
            }
        )

    def _compose(self, frame: Frame) -> Answer:
        (part,) = read_parts(frame, 1)
        return Answer(header={}, parts=encode_composed(self._keyring.compose(parse_drafts(part))))

    def _prepare(self, frame: Frame) -> Answer:
        (part,) = read_parts(frame, 1)
        return Answer(header={}, parts=(encode_pending(self._keyring.prepare(parse_drafts(part))),))

    def _finish(self, frame: Frame) -> Answer:
        (part,) = read_parts(frame, 1)
        return Answer(header={}, parts=encode_composed(self._keyring.finish(parse_assertions(part))))

    def _new_cells(self, frame: Frame) -> Answer:
        cells: list[Json] = list(self._keyring.new_cells(read_number(frame, "count")))
        return Answer(header={"cells": cells})

    def _open_records(self, _frame: Frame) -> Answer:
        indexes: list[Json] = list(self._keyring.heads.open_records.indexes())
        return Answer(header={}, parts=(encode_canonical(indexes),))

    def _sign_checkpoint(self, frame: Frame) -> Answer:
        (part,) = read_parts(frame, 1)
        self._keyring.require_going_on()
        note = self._keyring.heads.sign(
            size=read_number(frame, "size"),
            root=read_hash(frame.header.get("root")),
            consistency=read_proof(frame.header.get("consistency")),
            openings=read_opening_proofs(parse_canonical(bytes(part), max_bytes=MAX_FRAME_BYTES)),
        )
        return Answer(header={}, parts=(note,))

    def _unwrap(self, frame: Frame) -> Answer:
        receipt = OpeningReceipt(
            jti=StatementId(read_id(frame, "jti")),
            desk=read_text(frame, "desk"),
            leaf_index=read_number(frame, "leaf_index"),
        )
        sealing = SealingReceipt(
            jti=StatementId(read_id(frame, "sealing_jti")),
            leaf_index=read_number(frame, "sealing_leaf_index"),
            desk=read_text(frame, "sealing_desk") if "sealing_desk" in frame.header else "",
            proof=read_proof(frame.header.get("sealing_proof", [])),
        )
        return Answer(header={}, parts=(self._keyring.unwrap(SubjectId(read_id(frame, "item")), receipt, sealing),))

    def _seal_dossier(self, frame: Frame) -> Answer:
        (part,) = read_parts(frame, 1)
        try:
            text = bytes(part).decode("utf-8")
        except UnicodeDecodeError as reason:
            raise FrameMalformed("The seal of a dossier is UTF-8 text.") from reason
        return Answer(header={}, parts=(self._keyring.seal_dossier(text),))

    def _deposit_identity(self, frame: Frame) -> Answer:
        draft_part, identity_part = read_parts(frame, 2)
        drafts = parse_drafts(draft_part)
        if len(drafts) != 1:
            raise FrameMalformed("One identity is deposited at a time.")
        told, composed = self._keyring.deposit_identity(drafts[0], parse_identity(bytes(identity_part)))
        facts: dict[str, Json] = {part.name: part.value for part in told.parts if isinstance(part, Disclose)}
        return Answer(header={"told": facts}, parts=encode_composed([composed]))

    def _order_identity(self, frame: Frame) -> Answer:
        request, deposit = read_two_receipts(frame)
        return Answer(header={}, parts=(IdentityDesk(self._keyring).order(request, deposit),))

    def _open_identity(self, frame: Frame) -> Answer:
        order, peel = read_parts(frame, 2)
        record, deposit = read_two_receipts(frame)
        lines = IdentityDesk(self._keyring).open(bytes(order), bytes(peel), record, deposit)
        listed: list[Json] = [[kind, text] for kind, text in lines]
        return Answer(header={}, parts=(encode_canonical(listed),))

    def _order_linkage(self, frame: Frame) -> Answer:
        (deposits,) = read_parts(frame, 1)
        order = LinkDesk(self._keyring).order(read_receipt(frame.header, ""), read_deposits(deposits))
        return Answer(header={}, parts=(order,))

    def _run_linkage(self, frame: Frame) -> StartJob:
        order, peel, deposits, lists = read_parts(frame, 4)
        asked = parse_canonical(bytes(lists), max_bytes=MAX_FRAME_BYTES)
        digest = None if asked is None else find_text(asked, "lists_sha256")
        record = read_receipt(frame.header, "")
        opened = LinkDesk(self._keyring).open(bytes(order), bytes(peel), record, read_deposits(deposits), digest)
        return StartJob(name=LINKAGE_JOB if asked is None else LISTS_JOB, arguments=asked, name_keys=opened)

    @staticmethod
    def _run_job(frame: Frame) -> StartJob:
        (part,) = read_parts(frame, 1)
        arguments = parse_canonical(bytes(part), max_bytes=MAX_FRAME_BYTES)
        return StartJob(name=read_text(frame, "name"), arguments=arguments)
