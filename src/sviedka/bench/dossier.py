# SPDX-License-Identifier: AGPL-3.0-or-later
"""How fast a large dossier is verified by the command itself, from its start to its exit status.

The dossier is made of what a real one holds: exhibits with the statements that vouch for them, and claims of which
thirteen parts are shown. It is built in memory from throw-away keys and verified against a policy that pins them.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sviedka.bench.machine import over_cores, sha256_rate, verify_rate
from sviedka.bench.measurement import Measurement, seconds
from sviedka.bench.workplace import make_random_file, workplace
from sviedka.core.base.errors import Refuted
from sviedka.core.base.ids import CellId, StatementId, SubjectId, UserId
from sviedka.core.disclose.bag import BagContent, BagExhibit, BagLog, BagStatement, draft_bag, finish_bag
from sviedka.core.disclose.choosing import ALWAYS_WITHHELD, WHO
from sviedka.core.disclose.consent_terms import Purpose
from sviedka.core.disclose.dossier_lines import ProofLine
from sviedka.core.disclose.dossier_spec import DossierSpec, Language, Receiver, WithheldCounts
from sviedka.core.seal.checkpoint import sign_checkpoint
from sviedka.core.seal.keylist import DeskKey, KeyList, format_keylist, format_keylist_text
from sviedka.core.seal.merkle import Tree
from sviedka.core.seal.note import VerifierKey, format_note, sign_note
from sviedka.core.seal.statement import Disclose, Draft, compose, format_kid, parse_disclosure
from sviedka.vault.entropy import new_id, random_bytes

if TYPE_CHECKING:
    from pathlib import Path

    from sviedka.core.base.canonical import Json

EXHIBITS: Final = 32
EXHIBIT_BYTES: Final = 64 * 1024**2
STATEMENTS: Final = 10_000
RUNS: Final = 5
UNPROVEN: Final = 20
"""The dossier bears no stamp, so the command must leave with this: everything else has been checked by then."""

_ARCHIVE: Final = "bench.example"
_ORIGIN: Final = f"{_ARCHIVE}/desk"
_MOMENT: Final = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


class DossierNotJudged(Refuted):
    """The command came to another verdict than the dossier deserves: nothing was measured."""

    code = "refuted.bench-dossier"


def measure_verify_dossier(*, quick: bool = False) -> Measurement:
    """Verify 32 exhibits of 64 MiB and 10,000 statements with the command, start-up included.

    Bound: all bytes through SHA-256 and all signatures through Ed25519, over all cores, and nothing else.
    """
    scale = 10 if quick else 1
    times, bounds = [], []
    with workplace() as place:
        statements = STATEMENTS // scale
        size = _build(place / "dossier", place / "policy", statements=statements, exhibit_bytes=EXHIBIT_BYTES // scale)
        for _ in range(1 if quick else RUNS):
            times.append(seconds(lambda: _verify(place)))
            bounds.append(size / over_cores(sha256_rate) + statements / over_cores(verify_rate))
    bound = sorted(bounds)[len(bounds) // 2]
    beside = {"exhibits, MB": size / 1e6, "statements": float(statements)}
    return Measurement(
        values=times, unit="s", bound=bound, reach="at least 0.60 x bound", lower_is_better=True, beside=beside
    )


@dataclass(frozen=True, kw_only=True)
class _Keys:
    """Throw-away keys of an archive."""

    root: Ed25519PrivateKey
    log: Ed25519PrivateKey
    statements: Ed25519PrivateKey

    def key_list(self) -> bytes:
        """Return a key list of one desk."""
        entries = (
            DeskKey(origin=_ORIGIN, role="log", key=_public(_ORIGIN, self.log)),
            DeskKey(origin=_ORIGIN, role="statements", key=_public(f"{_ORIGIN}/statements", self.statements)),
        )
        listed = KeyList(archive=_ARCHIVE, number=1, issued=_MOMENT, previous=None, entries=entries)
        line = sign_note(format_keylist_text(listed), name=f"{_ARCHIVE}/root", private_key=self.root)
        return format_keylist(listed, line)


def _verify(place: Path) -> None:
    command = [sys.executable, "-m", "sviedka.cli", "verify", "--json"]
    command += [str(place / "dossier"), "--policy", str(place / "policy")]
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode != UNPROVEN:
        raise DossierNotJudged(
            "`{command}` left with status {got}, not {expect}.",
            command="sviedka verify",
            got=done.returncode,
            expect=UNPROVEN,
        )


def _build(folder: Path, policy: Path, *, statements: int, exhibit_bytes: int) -> int:
    """Build a dossier; return the bytes of its exhibits."""
    keys = _Keys(root=_new_key(), log=_new_key(), statements=_new_key())
    (folder / "data").mkdir(parents=True)
    items = [_make_exhibit(folder, number, exhibit_bytes) for number in range(1, EXHIBITS + 1)]
    said = [("item.sealed/1", _sealed_fields(digest, exhibit_bytes)) for _, digest in items]
    said += [("claim/1", _claim_fields(number)) for number in range(statements - len(items))]
    composed = [_compose(keys, kind, fields) for kind, fields in said]
    tree = Tree.from_leaves(jwt for _, jwt, _ in composed)
    root, seal_key = _public(f"{_ARCHIVE}/root", keys.root), _public(f"{_ORIGIN}/statements", keys.statements)
    content = BagContent(
        spec=_spec(statements),
        withheld=WithheldCounts(),
        origin=_ORIGIN,
        as_of=_MOMENT,
        exhibits=tuple(
            BagExhibit(path=path, sha256=digest, size_bytes=exhibit_bytes, sealed_by=jti)
            for (path, digest), (jti, _, _) in zip(items, composed, strict=False)
        ),
        statements=tuple(
            BagStatement(
                jwt=jwt,
                disclosures=shown,
                place=ProofLine(log=1, head=0, index=index, hashes=tuple(tree.inclusion(index))),
            )
            for index, (_, jwt, shown) in enumerate(composed)
        ),
        persons=(),
        logs=(_log(keys, tree),),
        key_list=keys.key_list(),
        root=root,
        seal_key=seal_key,
        readers=dict.fromkeys(("VERIFY.md", "loadfile/README", "loadfile/export.csv", "loadfile/export.dat"), b""),
    )
    bag = draft_bag(content)
    line = sign_note(bag.seal_text, name=seal_key.name, private_key=keys.statements)
    for path, data in finish_bag(bag, seal=format_note(bag.seal_text, [line]), seal_key=seal_key).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    policy.write_text(f"quorum none\n#sviedka root {root.vkey}\n", encoding="utf-8")
    return EXHIBITS * exhibit_bytes


def _make_exhibit(folder: Path, number: int, size: int) -> tuple[str, bytes]:
    path = f"data/{number:06d}.bin"
    return path, sha256(make_random_file(folder / path, size).read_bytes()).digest()


def _compose(keys: _Keys, kind: str, fields: dict[str, Json]) -> tuple[StatementId, bytes, tuple[str, ...]]:
    """Return a statement's id, its leaf, and the disclosures that a builder would show."""
    cell, jti = CellId("0" * 32), StatementId(new_id())
    draft = Draft(
        jti=jti,
        case=SubjectId(cell),
        type=kind,
        subject=SubjectId(new_id()),
        heads=(),
        at=_MOMENT,
        parts=tuple(Disclose(name=name, value=value, cells=(cell,)) for name, value in fields.items()),
        archive_cell=cell,
    )
    made = compose(
        draft,
        origin=_ORIGIN,
        desk_key=keys.statements,
        desk_kid=format_kid(_ORIGIN, keys.statements.public_key().public_bytes_raw()),
        author=UserId(cell),
        author_key=keys.log,
        cell_keys={cell: bytes(32)},
        entropy=random_bytes,
    )
    inside = ALWAYS_WITHHELD | WHO
    shown = (text for group in made.groups for text in group.disclosures if parse_disclosure(text).name not in inside)
    return jti, made.jwt, tuple(shown)


def _log(keys: _Keys, tree: Tree) -> BagLog:
    checkpoint = sign_checkpoint(origin=_ORIGIN, size=tree.size, root=tree.root(), private_key=keys.log)
    return BagLog(origin=_ORIGIN, checkpoint=checkpoint, key=_public(_ORIGIN, keys.log), heads=())


def _sealed_fields(digest: bytes, size: int) -> dict[str, Json]:
    return {
        "plain_sha256": digest.hex(),
        "payload_sha256": digest.hex(),
        "size_bytes": size,
        "media_type": "video/mp4",
        "epoch": "2026-11.1",
    }


def _claim_fields(number: int) -> dict[str, Json]:
    return {
        "about": {"act": new_id()},
        "predicate": "injury",
        "value": f"What source {number} says of this, in a sentence of about eighty characters.",
        "stance": "asserts",
        "basis": "first-hand",
        "date": "2020-08-10",
        "citation.1": new_id(),
        "credibility": 3,
        "status": "accepted",
        "public_note": "A note of another sentence, for readers.",
    }


def _spec(size: int) -> DossierSpec:
    return DossierSpec(
        case=SubjectId("0" * 32),
        purpose=Purpose.PROSECUTION_ABROAD,
        recipient=Receiver(kind="prosecutor", name="nobody"),
        at=size,
        language=Language.ENGLISH,
        exhibits=None,
        leave_out=0,
        report=False,
        page=False,
        authors=False,
    )


def _public(name: str, key: Ed25519PrivateKey) -> VerifierKey:
    return VerifierKey(name=name, public=key.public_key().public_bytes_raw())


def _new_key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(random_bytes(32))
