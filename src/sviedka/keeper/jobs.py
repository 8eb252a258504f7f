# SPDX-License-Identifier: AGPL-3.0-or-later
"""Work in bulk that needs keys: it runs in a process that the keeper forks, and brings no key out.

A job is a function `job(keys, arguments, progress) -> Json` of a module of the store (or the keeper's own check, or the
linkage of link cells with lists), named
like `sviedka.store.rebuild:job`. Only functions defined there whose name is `job` or ends in `_job` can be named:
whatever else a module imports stays out of reach. What a job did is recorded by whoever asked for it.
Spec: spec/07-keys.md §10.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, cast

from sviedka.core.base.canonical import Json
from sviedka.core.base.progress import Progress
from sviedka.keeper.errors import RequestRefused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sviedka.core.base.ids import CellId, SubjectId, UserId
    from sviedka.core.seal.age_keys import Recipient, X25519Identity
    from sviedka.core.seal.keylist import KeyList
    from sviedka.core.seal.note import VerifierKey
    from sviedka.keeper.facts import KeeperFacts
    from sviedka.keeper.link_runs import PeopleKeys
    from sviedka.vault.layout import Archive

_NAME: Final = re.compile(
    r"(sviedka\.store(?:\.[a-z][a-z0-9_]{0,63}){1,4}|sviedka\.link\.key_lists|sviedka\.keeper\.key_check):((?:[a-z][a-z0-9_]{0,63}_)?job)\Z"
)


@dataclass(frozen=True, kw_only=True)
class JobKeys:
    """What a job works with. Ends with the worker's process; a job writes none of it anywhere but into the database.

    Attributes:
        origin: This desk's log.
        root: The archive root, as the passphrase vouches for it.
        find_facts: Gives what `facts` gives; asked for only when needed, since it opens the epoch's key.
        actor: Who is logged in.
        vault_identity: Opens packs.
        epoch_identity: Opens the slips and cells of the epoch that it is asked for by name.
        make_epoch: Makes the key of a new epoch, durable on return; one that is there stands.
        verify_epoch: Raises if bytes that came from elsewhere are not the file of the epoch of this name; returns its recipient.
        cell_keys: The key of each cell that still has one.
        database_key: Raw key of the projections, 32 bytes.
        label_key: Makes statement ids from labels, 32 bytes.
        key_list: The verified key list.
        file_key: Gives an item's file key (16 bytes) for the payload with this digest; the opening in bulk is recorded
            by whoever asked for the job.
        name_keys: Opens the link cells of one linkage that two seats have answered; none in every other job.
    """

    archive: Archive
    origin: str
    root: VerifierKey
    find_facts: Callable[[], KeeperFacts] = field(repr=False)
    actor: UserId
    vault_identity: X25519Identity = field(repr=False)
    epoch_identity: Callable[[str], X25519Identity] = field(repr=False)
    make_epoch: Callable[[str], None] = field(repr=False)
    verify_epoch: Callable[[str, bytes], Recipient] = field(repr=False)
    cell_keys: Mapping[CellId, bytes] = field(repr=False)
    database_key: bytearray = field(repr=False)
    label_key: bytearray = field(repr=False)
    key_list: KeyList
    file_key: Callable[[SubjectId, str], bytearray] = field(repr=False)
    name_keys: Callable[[], PeopleKeys] | None = field(repr=False, default=None)

    @property
    def facts(self) -> KeeperFacts:
        """What those who seal need, as `Keeper.facts` tells it."""
        return self.find_facts()


Job = Callable[[JobKeys, Json, Progress], Json]


def resolve_name(name: str) -> Job:
    """Return the function that `name` means.

    Untrusted: `name`. Imports the module, and so belongs into the worker.

    Raises:
        RequestRefused: No such job, or a name that no job can have.
    """
    match = _NAME.match(name)
    if match is None:
        raise RequestRefused("Jobs are functions of the store, named like sviedka.store.rebuild:job.")
    try:
        module = importlib.import_module(match[1])
    except ModuleNotFoundError as reason:
        if reason.name is None or not match[1].startswith(reason.name):
            raise  # a package that the job itself needs: a fault of the installation
        raise RequestRefused("There is no such job.") from reason
    function = getattr(module, match[2], None)
    if not callable(function) or getattr(function, "__module__", None) != match[1]:
        raise RequestRefused("There is no such job.")
    return cast("Job", function)
