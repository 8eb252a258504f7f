# SPDX-License-Identifier: AGPL-3.0-or-later
"""A desk process that has used an archive for everything once, and stays: as a laptop is found, switched on.

Started with the archive's folder, an item, the second person and the file with their passphrase. It says `ready`, then waits.
"""

import sys
from pathlib import Path

from sviedka.core.base.ids import StatementId, UserId
from sviedka.keeper.asserting import with_passphrase
from sviedka.keeper.secret_pipe import read_passphrase_file


def main():
    folder, item, second, words, out = Path(sys.argv[1]), *sys.argv[2:6]
    from sviedka.store.approving import approve
    from sviedka.store.deposit.opening import open_item
    from sviedka.store.session import open_archive

    def ask(_statements):
        return read_passphrase_file(Path(words))

    with open_archive(folder) as session:
        archive, keeper = session.archive, session.keeper
        opened = open_item(archive, keeper, item, out=Path(out), purpose="a test")
        approve(
            archive,
            keeper,
            StatementId(opened.jti),
            action="release",
            by=UserId(second),
            assertor=with_passphrase(archive, UserId(second), ask),
        )
        keeper.label_key()
        say("ready")
        sys.stdin.readline()
        say("still here")
        sys.stdin.readline()


def say(word):
    sys.stdout.write(word + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
