# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the keeper reads of `sviedka.toml`, and the file as founding writes it.

The file is plain and unsigned: nothing in it is believed where it matters. Which archive and which keys these are, the
keeper takes from what the passphrase opens and from the signed key list, and compares.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Malformed
from sviedka.core.base.ids import CellId, parse_id, parse_origin
from sviedka.keeper.errors import ConfigMalformed, Locked

if TYPE_CHECKING:
    from sviedka.vault.layout import Archive

MAX_CONFIG_BYTES: Final = 1024 * 1024
MAX_MINUTES: Final = 24 * 60
LOCK_AFTER_MINUTES: Final = 10
ERASE_AFTER_DAYS: Final = 14
OPENINGS_PER_HOUR: Final = 200
ASSERTIONS_PER_HOUR: Final = 200
IDENTITIES_PER_DAY: Final = 5
MOST_IDENTITIES_PER_DAY: Final = 20
MAX_SERIES: Final = 9


@dataclass(frozen=True, kw_only=True)
class KeeperConfig:
    """The keeper's part of the configuration.

    Attributes:
        archive: The organisation's name; first half of every origin.
        desk: This desk's name; the other half.
        archive_cell: The cell of facts that are about nobody.
        lock_after_minutes: Idle time after which keys are forgotten, 1 to 1,440.
        openings_per_hour: Items that one person may open in an hour, 1 to 100,000.
        epoch_series: 0 at the founding desk; at each further one another number, 1 to 9, that tells its epochs apart.
        assertions_per_hour: Statements that one person may stand behind in an hour, 1 to 100,000.
        erase_after_days: Days between a wish to take back and erasing, 1 to 3,650.
        identities_per_day: Identities that one person may ask custodians for in a day, 1 to 20.
    """

    archive: str
    desk: str
    archive_cell: CellId
    lock_after_minutes: int = LOCK_AFTER_MINUTES
    openings_per_hour: int = OPENINGS_PER_HOUR
    assertions_per_hour: int = ASSERTIONS_PER_HOUR
    erase_after_days: int = ERASE_AFTER_DAYS
    identities_per_day: int = IDENTITIES_PER_DAY
    epoch_series: int = 0

    @property
    def origin(self) -> str:
        """The name of this desk's log."""
        return f"{self.archive}/{self.desk}"


def read_config(archive: Archive) -> KeeperConfig:
    """Read the keeper's part of `sviedka.toml`.

    Raises:
        ConfigMalformed: A part is missing or not of its kind.
        Locked: The file cannot be read now.
    """
    try:
        with archive.config.open("rb") as file:
            data = file.read(MAX_CONFIG_BYTES + 1)
    except OSError as reason:
        raise Locked("sviedka.toml cannot be read.") from reason
    return parse_config(data)


def parse_config(data: bytes) -> KeeperConfig:
    """Read the configuration; members that belong to other rooms are passed over.

    Untrusted: `data`.
    """
    if len(data) > MAX_CONFIG_BYTES:
        raise ConfigMalformed("sviedka.toml is larger than any configuration.")
    try:
        table = tomllib.loads(data.decode("utf-8"))
        archive, desk = parse_origin(f"{table.get('archive')}/{table.get('desk')}")
        cell = CellId(parse_id(table.get("archive_cell")))
    except (ValueError, RecursionError, Malformed) as reason:
        raise ConfigMalformed("sviedka.toml does not say archive, desk and archive_cell as it must.") from reason
    return KeeperConfig(
        archive=archive,
        desk=desk,
        archive_cell=cell,
        lock_after_minutes=_number(table, "lock_after_minutes", LOCK_AFTER_MINUTES, MAX_MINUTES),
        openings_per_hour=_number(table, "openings_per_hour", OPENINGS_PER_HOUR, 100_000),
        assertions_per_hour=_number(table, "assertions_per_hour", ASSERTIONS_PER_HOUR, 100_000),
        erase_after_days=_number(table, "erase_after_days", ERASE_AFTER_DAYS, 3_650),
        identities_per_day=_number(table, "identities_per_day", IDENTITIES_PER_DAY, MOST_IDENTITIES_PER_DAY),
        epoch_series=_series(table),
    )


def format_config(config: KeeperConfig) -> bytes:
    """Return the file as a new archive has it."""
    series = f"epoch_series = {config.epoch_series}\n" if config.epoch_series else ""
    return (
        f'archive = "{config.archive}"\n'
        f'desk = "{config.desk}"\n'
        f'archive_cell = "{config.archive_cell}"\n'
        f"erase_after_days = {config.erase_after_days}\n"
        f"lock_after_minutes = {config.lock_after_minutes}\n"
        f"openings_per_hour = {config.openings_per_hour}\n"
        f"assertions_per_hour = {config.assertions_per_hour}\n"
        f"identities_per_day = {config.identities_per_day}\n{series}"
    ).encode("ascii")


def _series(table: dict[str, object]) -> int:
    return 0 if table.get("epoch_series", 0) == 0 else _number(table, "epoch_series", 0, MAX_SERIES)


def _number(table: dict[str, object], name: str, default: int, most: int) -> int:
    value = table.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most:
        raise ConfigMalformed("{name} in sviedka.toml is a number from 1 to {most}.", name=name, most=most)
    return value
