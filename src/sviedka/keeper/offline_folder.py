# SPDX-License-Identifier: AGPL-3.0-or-later
"""The folder that leaves the office: the archive root under a passphrase, and shares of root and recovery.

Nothing in the running office reads it. Whoever has three of the five shares of one kind has that key: they go to five
people, on paper. Spec: spec/07-keys.md §9.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sviedka.keeper.hygiene import wipe
from sviedka.keeper.shares import MADE, NEEDED, SharesMalformed, split_secret
from sviedka.keeper.wrapping import SALT_BYTES, KdfCost, wrap_secret
from sviedka.vault.durable import write_new
from sviedka.vault.entropy import random_bytes

if TYPE_CHECKING:
    from pathlib import Path

    from sviedka.keeper.founding_keys import FoundingKeys

ROOT_NAME: Final = "root.json"
SHARES_NAME: Final = "shares"
README_NAME: Final = "README.txt"
WRITTEN: Final = (ROOT_NAME, SHARES_NAME, README_NAME)
MAX_SHARE_BYTES: Final = 4_096
_MODE: Final = 0o400
_WORDS_A_LINE: Final = 6

_README: Final = """\
This folder belongs to the archive {archive}. It does not belong into the office.

root.json        the archive root, under the archive's passphrase. It signs the list of keys.
shares/root-N    five shares of the same key. Any three give it back; two say nothing.
shares/recovery-N  five shares of the recovery key, which opens every month's key. Any three give it back.

Print the shares or copy them by hand, give each to another person who keeps it in another place, and then destroy the
files. Move root.json to a medium that stays offline. Public halves, which are no secret:

root      {root}
recovery  {recovery}
"""

_SHARE: Final = """\
Share {number} of {made} of the {kind} key of the archive {archive}
Any {needed} of the {made} give the key back. Keep this one away from the others.

{words}
"""


def write_offline_folder(folder: Path, keys: FoundingKeys, passphrase: bytearray, *, cost: KdfCost) -> None:
    """Write root, shares and a page that says what they are. `folder` exists."""
    bound = {"archive": keys.archive, "vkey": keys.root_key.vkey}
    data = wrap_secret(keys.root, passphrase, what="root", bound=bound, cost=cost, salt=random_bytes(SALT_BYTES))
    write_new(folder / ROOT_NAME, data, mode=_MODE)
    recovery = keys.recovery.secret_bytes()
    for kind, secret in (("root", keys.root), ("recovery", recovery)):
        for number, words in enumerate(split_secret(secret), start=1):
            text = format_share(words, number=number, kind=kind, archive=keys.archive)
            write_new(folder / SHARES_NAME / f"{kind}-{number}.txt", text.encode("ascii"), mode=_MODE)
    wipe(recovery)
    readme = _README.format(archive=keys.archive, root=keys.root_key.vkey, recovery=keys.recovery.recipient().text)
    write_new(folder / README_NAME, readme.encode("ascii"), mode=_MODE)


def format_share(words: str, *, number: int, kind: str, archive: str) -> str:
    """Return the text of one share's file."""
    listed = words.split()
    rows = [" ".join(listed[start : start + _WORDS_A_LINE]) for start in range(0, len(listed), _WORDS_A_LINE)]
    return _SHARE.format(number=number, made=MADE, needed=NEEDED, kind=kind, archive=archive, words="\n".join(rows))


def parse_share(text: str) -> str:
    """Return the words of a share's file: its last paragraph.

    Untrusted: `text`.

    Raises:
        SharesMalformed: Nothing in it could be a share.
    """
    if len(text) > MAX_SHARE_BYTES or not text.isascii():
        raise SharesMalformed("This file does not hold a share.")
    words = text.strip().rpartition("\n\n")[2].split()
    if not words:
        raise SharesMalformed("This file does not hold a share.")
    return " ".join(words)
