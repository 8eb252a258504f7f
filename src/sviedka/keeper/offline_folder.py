# SPDX-License-Identifier: AGPL-3.0-or-later
"""The folder that leaves the office: the archive root under a passphrase, and shares of root and recovery.

Nothing in the running office reads it. Whoever has three of the five shares of one kind has that key: they go to five
people, on paper. Spec: spec/07-keys.md §9.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sviedka.keeper.hygiene import wipe
from sviedka.keeper.share_text import format_share
from sviedka.keeper.shares import split_secret
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
_MODE: Final = 0o400

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
