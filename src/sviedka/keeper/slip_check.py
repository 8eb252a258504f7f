# SPDX-License-Identifier: AGPL-3.0-or-later
"""That a file key is of the payload that the item's own statement names.

A slip does not name its item. Copied under an invented item's name it would give one item's key for the record of
another's opening; so the key has to open the first chunk of what was stated to be sealed. Spec: spec/07-keys.md §6.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sviedka.core.base.errors import Refuted
from sviedka.core.seal.age_chunks import NONCE_BYTES, PLAIN_CHUNK, SEALED_CHUNK
from sviedka.core.seal.age_stream import BlockOpener
from sviedka.keeper.errors import SlipForeign
from sviedka.keeper.hygiene import wipe
from sviedka.vault.objects import PayloadLost, has_payload

if TYPE_CHECKING:
    from sviedka.core.base.ids import SubjectId
    from sviedka.vault.layout import Archive


def require_opens(archive: Archive, item: SubjectId, payload_sha256: str, file_key: bytearray) -> None:
    """Refuse a key that does not open the payload of `item`. Only the first chunk is looked at.

    Untrusted: the payload.

    Raises:
        SlipForeign: It does not open.
        PayloadLost: There is no such payload.
    """
    if not has_payload(archive, payload_sha256):
        raise PayloadLost("A payload that was acknowledged is missing from the vault.")
    with archive.payload(payload_sha256).open("rb") as file:
        head = file.read(NONCE_BYTES + SEALED_CHUNK + 1)
    sealed, plain = head[NONCE_BYTES : NONCE_BYTES + SEALED_CHUNK], bytearray(PLAIN_CHUNK)
    final = len(head) <= NONCE_BYTES + SEALED_CHUNK
    try:
        opener = BlockOpener(file_key=file_key, nonce=head[:NONCE_BYTES])
        opener.open(memoryview(sealed), memoryview(plain), final=final)
    except Refuted as reason:
        raise SlipForeign("The slip of item {item} is not of the payload that was sealed.", item=item) from reason
    finally:
        wipe(plain)
