# SPDX-License-Identifier: AGPL-3.0-or-later
"""What places of keys remember of signed heads, in a restore: of each log the newest that its listed key signed.

Whoever writes a place can lay anything there under any name. What is signed by no log of the key list counts for nothing;
that a log was closed, and what its next head has to cover, nobody signs, and `store/upkeep/settling.py` finds it anew.
Trusted: the key list that was fetched, as far as it then verifies under the passphrase.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Failure, Unavailable
from sviedka.core.base.ids import parse_origin
from sviedka.core.seal.checkpoint import parse_checkpoint
from sviedka.core.seal.keylist import parse_keylist
from sviedka.core.seal.succession import verify_log_head
from sviedka.vault.disk_errors import translating
from sviedka.vault.durable import make_folder, replace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sviedka.core.seal.checkpoint import Checkpoint
    from sviedka.core.seal.keylist import KeyList
    from sviedka.vault.layout import Archive
    from sviedka.vault.replica.offers import KeyOffer

_HEAD: Final = re.compile(r"keys/heads/([^/.]+)\Z")
_FOUND_ANEW: Final = re.compile(r"keys/heads/[^/]+\.(?:closed|openings)\Z")


def is_head_record(name: str) -> bool:
    """Tell whether a file is what a keeper remembers of a head, or what a restore finds anew: not fetched as it lies there."""
    return bool(_HEAD.match(name) or _FOUND_ANEW.match(name))


def fetch_heads(archive: Archive, offers: Sequence[KeyOffer]) -> None:
    """Remember, of each log, the newest signed head that any place has; needs the key list in the folder.

    Raises:
        ReplicaUnreachable: A place does not answer.
        Malformed, DiskError: The key list cannot be read.
    """
    with translating():
        keylist = parse_keylist(archive.keylist.read_bytes())
    newest: dict[str, Checkpoint] = {}
    for offer in offers:
        for name in filter(_HEAD.match, sorted(offer.names)):
            head = read_signed_head(offer.store.get(name) or b"", name.rpartition("/")[2], keylist)
            if head is not None and (name not in newest or head.size > newest[name].size):
                newest[name] = head
    make_folder(archive.keys / "heads")
    for name, head in newest.items():
        replace(archive.root / name, head.data)


def read_signed_head(data: bytes, desk: str, keylist: KeyList) -> Checkpoint | None:
    """Return the head of a desk's log that `data` is; None if it is none that the log's listed key signed."""
    try:
        head = parse_checkpoint(data)
        verify_log_head(head, keylist)
    except Unavailable:
        raise
    except Failure:
        return None
    return head if parse_origin(head.origin)[1] == desk else None
