# SPDX-License-Identifier: AGPL-3.0-or-later
"""The text of SEAL.txt: what the building desk signs, and through which every byte of the dossier is bound.

tag manifest -> manifest -> exhibits; tag manifest -> statements, proofs, keys, checkpoints.
Spec: spec/08-dossier.md §8.4.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Malformed
from sviedka.core.base.ids import parse_origin
from sviedka.core.base.instants import format_instant, parse_instant
from sviedka.core.disclose.dossier_errors import TagFileMalformed

if TYPE_CHECKING:
    from datetime import datetime

FIRST_LINE: Final = "sviedka/dossier/1"
MAX_LOGS: Final = 99

_HEX: Final = r"[0-9a-f]{64}"
_NUMBER: Final = r"(?:0|[1-9][0-9]{0,15})"
_TEXT: Final = re.compile(
    rf"{FIRST_LINE}\n(?P<origin>[^\n]+)\ntagmanifest (?P<tag>{_HEX})\n(?P<logs>(?:log [1-9][0-9]? {_HEX}\n)+)"
    rf"spec (?P<spec>{_HEX})\nbuilt-at (?P<size>{_NUMBER})\nas-of (?P<as_of>[^\n]+)\n",
    re.ASCII,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class SealText:
    """What the seal binds.

    Attributes:
        origin: The building desk, `<archive>/<desk>`.
        tag_manifest: SHA-256 of the tag manifest, 64 hexadecimal digits; `logs` and `spec` likewise.
        logs: SHA-256 of each log's checkpoint file, in the order of their numbers.
        built_at: Size of the building desk's checkpoint.
        as_of: Time of the newest statement under it, as the desk says.
    """

    origin: str
    tag_manifest: str
    logs: tuple[str, ...]
    spec: str
    built_at: int
    as_of: datetime


def format_seal_text(seal: SealText) -> str:
    """Return the lines to be signed."""
    logs = "".join(f"log {number} {digest}\n" for number, digest in enumerate(seal.logs, start=1))
    return (
        f"{FIRST_LINE}\n{seal.origin}\ntagmanifest {seal.tag_manifest}\n{logs}spec {seal.spec}\n"
        f"built-at {seal.built_at}\nas-of {format_instant(seal.as_of)}\n"
    )


def parse_seal_text(text: str) -> SealText:
    """Read the text of a seal.

    Untrusted: `text`. Raises: TagFileMalformed.
    """
    match = _TEXT.fullmatch(text)
    if match is None:
        raise TagFileMalformed("The seal does not hold the lines that it should.")
    try:
        parse_origin(match["origin"])
        as_of = parse_instant(match["as_of"])
    except Malformed as reason:
        raise TagFileMalformed("The seal names an origin or a time that is none.") from reason
    lines = match["logs"].splitlines()
    if [line.split(" ")[1] for line in lines] != [str(number) for number in range(1, len(lines) + 1)]:
        raise TagFileMalformed("The logs in the seal are not counted from 1.")
    return SealText(
        origin=match["origin"],
        tag_manifest=match["tag"],
        logs=tuple(line.split(" ")[2] for line in lines),
        spec=match["spec"],
        built_at=int(match["size"]),
        as_of=as_of,
    )
