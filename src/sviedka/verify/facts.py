# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a report states beside its verdict, each only once it was reached (spec §8.12)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from sviedka.core.base.encoding import encode_base64
from sviedka.core.base.instants import format_instant

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sviedka.core.base.canonical import Json
    from sviedka.verify.container import Entry
    from sviedka.verify.contents import Contents
    from sviedka.verify.layout import Listing
    from sviedka.verify.sealing import Seal
    from sviedka.verify.signatures import Keys
    from sviedka.verify.statement_check import CheckedStatement

_FACTS: Final = (
    *("archive", "as_of", "built_at", "case", "existed_by", "existed_by_external", "exhibit_bytes", "exhibits"),
    *("files", "language", "origin", "persons", "purpose", "recipient_kind", "root", "statements", "tagmanifest"),
    "withheld_digests",
)


@dataclass(slots=True)
class Opened:
    """What the steps have read so far; `contents` after step 9, `keys` after 10, `is_consistent` after 11."""

    entries: dict[str, Entry]
    listing: Listing
    seal: Seal
    files: dict[str, bytes]
    contents: Contents | None = None
    keys: Keys | None = None
    is_consistent: bool = False
    statements: list[bytes] = field(default_factory=list)
    proofs: list[bytes] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sound:
    """A dossier that is as it was sealed: what the other parts are judged from."""

    files: Mapping[str, bytes]
    seal: Seal
    contents: Contents
    keys: Keys
    statements: tuple[CheckedStatement, ...]


def empty_facts(*, policy_given: bool) -> dict[str, Json]:
    """Return the facts before anything was read."""
    facts: dict[str, Json] = dict.fromkeys(_FACTS)
    facts |= {"logs": [], "policy": "given" if policy_given else "none", "root_pinned": False, "stamps": []}
    return facts


def facts_of_files(opened: Opened) -> dict[str, Json]:
    """Return what is established by step 8: the files are those that were sealed."""
    seal = opened.seal.text
    exhibits = opened.listing.exhibits
    return {
        "as_of": format_instant(seal.as_of),
        "built_at": seal.built_at,
        "exhibit_bytes": sum(opened.entries[path].size_bytes for path in exhibits),
        "exhibits": len(exhibits),
        "files": len(opened.entries),
        "origin": seal.origin,
        "tagmanifest": seal.tag_manifest,
    }


def facts_of_contents(opened: Opened) -> dict[str, Json]:
    """Return what is established by steps 9, 10 and 11, as far as they have passed."""
    facts: dict[str, Json] = {}
    contents, keys = opened.contents, opened.keys
    if contents is not None:
        spec = contents.spec
        facts |= {"case": spec.case, "language": spec.language.value, "purpose": spec.purpose.value}
        facts["recipient_kind"] = spec.recipient.kind
    if contents is not None and keys is not None:
        facts |= {"archive": contents.key_list.archive, "root": contents.root.vkey}
        if opened.is_consistent:
            facts["logs"] = [
                {
                    "cosigners": [],
                    "heads": len(log.heads),
                    "key": keys.logs[log.number].vkey,
                    "origin": log.origin,
                    "root": encode_base64(log.checkpoint.root),
                    "size": log.checkpoint.size,
                }
                for log in contents.logs
            ]
    return facts
