# SPDX-License-Identifier: AGPL-3.0-or-later
"""Deposits that are cut between slip and pack."""

import pytest

from sviedka.keeper.rewrap import living
from sviedka.vault.epochs import list_epochs


class CutError(BaseException):
    """The end of a process."""


def slips(archive):
    """Return the items that have a slip and no mark beside it."""
    return {item for epoch in list_epochs(archive.slips) for item in living(archive.slips, epoch)}


def cut(monkeypatch, archive, keeper, path, *, put=None, **options):
    """Deposit `path` in a process that ends when its slips are durable and its pack is not, or just is; return the items."""
    from sviedka.store import admission
    from sviedka.store.deposit.depositing import deposit

    def stop(*given):
        if put is not None:
            put(*given)
        raise CutError

    before = slips(archive)
    with monkeypatch.context() as patched:
        patched.setattr(admission, "put_pack", stop)
        with pytest.raises(CutError):
            deposit(archive, keeper, [path], case="case-one", **options)
    return slips(archive) - before
