# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a disk can refuse, said so that a person knows that nothing was lost.

Every storage call of the vault runs inside `translating`, so that a caller sees only these. Messages carry no path:
a path may hold a name.
"""

from __future__ import annotations

import errno
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator


class DiskFull(Unavailable):
    """No room left, or over the quota."""

    code = "unavailable.disk-full"
    hint = "Make room and run the command again; what was acknowledged is kept."


class ReadOnly(Unavailable):
    """The folder may not be written: mounted read-only, or not ours."""

    code = "unavailable.read-only"
    hint = "Look at how the disk is mounted and at who owns the folder."


class DiskError(Unavailable):
    """The disk or the system refused for another reason. After a failed sync the data counts as lost."""

    code = "unavailable.disk-error"
    hint = "Look at the disk's health before you go on; keep the originals."


class AlreadyThere(Unavailable):
    """Something of this name exists. What exists is never overwritten."""

    code = "unavailable.already-there"
    hint = "Nothing was changed."


_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
_READ_ONLY: Final = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})
_NEVER_A_BUG: Final = _FULL | {errno.EROFS, errno.EIO}


@contextmanager
def translating() -> Iterator[None]:
    """Turn an `OSError` from the body into one of this module's failures."""
    try:
        yield
    except OSError as reason:
        raise translate(reason) from reason


def is_of_the_disk(reason: OSError) -> bool:
    """Tell whether only a disk says this: full, failing, or mounted for reading. A missing file may be a bug."""
    return reason.errno in _NEVER_A_BUG


def translate(reason: OSError) -> Unavailable:
    """Return the failure that `reason` means."""
    word = errno.errorcode.get(reason.errno or 0, "unknown")
    if reason.errno in _FULL:
        return DiskFull("The disk is full; nothing more was written.")
    if reason.errno in _READ_ONLY:
        return ReadOnly("The archive's folder may not be written here ({word}).", word=word)
    if reason.errno == errno.EEXIST:
        return AlreadyThere("A file of this name is already there; it was left as it is.")
    return DiskError("The disk refused ({word}); what was being written counts as lost.", word=word)
