# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where an archive's projections are: a file of its own, or the server that `sviedka.toml` names.

    [database]
    url = "postgresql://sviedka_worker@/sviedka?host=/run/postgresql"
    owner = "sviedka_owner"                           # the role that makes the tables
    password_file = "/etc/sviedka/database.pgpass"    # 0600, as libpq reads it; or PGPASSWORD
    encrypted_volume = true                           # declared by you; a program cannot see it

The file is plain and unsigned, so it says where, and is believed in nothing else: what the server must be is looked at
in the server (`sviedka.store.postgresql.fitness`).
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, unquote, urlsplit

from sviedka.keeper.config import MAX_CONFIG_BYTES
from sviedka.store.errors import DatabaseSettingsMalformed
from sviedka.vault.disk_errors import translating

if TYPE_CHECKING:
    from pathlib import Path

    from sviedka.vault.layout import Archive


@dataclass(frozen=True, kw_only=True)
class FilePlace:
    """An encrypted file."""

    path: Path


@dataclass(frozen=True, kw_only=True)
class ServerPlace:
    """A database on a PostgreSQL server.

    Attributes:
        url: As libpq reads it, with the worker's role and without a password.
        owner: The role that makes the tables.
        password_file: In libpq's form, 0600; None if the passwords come from the environment or the server asks none.
        encrypted_volume: Whether the person who set it up declares that the server's disk is encrypted.
    """

    url: str
    owner: str
    password_file: Path | None
    encrypted_volume: bool

    def parameters(self) -> dict[str, str]:
        """Return the url as libpq's parameters; raise `ValueError` for what is no such url."""
        parts = urlsplit(self.url)
        if parts.scheme not in {"postgresql", "postgres"}:
            raise ValueError("not the scheme of a PostgreSQL server")
        named = {
            "user": unquote(parts.username or ""),
            "password": parts.password or "",
            "host": unquote(parts.hostname or ""),
            "port": "" if parts.port is None else str(parts.port),
            "dbname": unquote(parts.path.removeprefix("/")),
            **dict(parse_qsl(parts.query, strict_parsing=bool(parts.query))),
        }
        return {name: value for name, value in named.items() if value}


Place = FilePlace | ServerPlace
_PARAMETERS: Final = frozenset(
    {"user", "host", "port", "dbname", "sslmode", "sslrootcert", "sslcert", "sslkey", "connect_timeout"}
)
"""What a url may say. `options` would change what the server promises; a password belongs elsewhere."""

_MEMBERS: Final = {"url": str, "owner": str, "password_file": str, "encrypted_volume": bool}


def place_of(archive: Archive) -> Place:
    """Return where this archive's projections are.

    Raises:
        DatabaseSettingsMalformed: The table `[database]` of `sviedka.toml` is not as it must be.
    """
    with translating(), archive.config.open("rb") as file:
        data = file.read(MAX_CONFIG_BYTES)
    try:
        table = tomllib.loads(data.decode("utf-8")).get("database")
    except (ValueError, RecursionError) as reason:
        raise DatabaseSettingsMalformed("sviedka.toml cannot be read as TOML.") from reason
    return FilePlace(path=archive.database) if table is None else _parse_server(table, archive.root)


def _parse_server(table: object, folder: Path) -> ServerPlace:
    if not isinstance(table, dict):
        raise DatabaseSettingsMalformed("[database] in sviedka.toml is a table.")
    for name, value in table.items():
        if name not in _MEMBERS or not isinstance(value, _MEMBERS[name]):
            raise DatabaseSettingsMalformed("{name} in [database] of sviedka.toml is not as it must be.", name=name)
    file = table.get("password_file")
    place = ServerPlace(
        url=table.get("url", ""),
        owner=table.get("owner", ""),
        password_file=None if file is None else folder / file,
        encrypted_volume=table.get("encrypted_volume", False),
    )
    _check(place)
    return place


def _check(place: ServerPlace) -> None:
    try:
        named = place.parameters()
    except ValueError as reason:
        raise DatabaseSettingsMalformed("url in [database] of sviedka.toml is not the address of a server.") from reason
    if "password" in named:
        raise DatabaseSettingsMalformed("A password does not belong into sviedka.toml; name a password_file.")
    if not (place.owner and named.get("user") and named.get("dbname")) or named.keys() - _PARAMETERS:
        raise DatabaseSettingsMalformed(
            "[database] in sviedka.toml names an owner, and a url with user and database and nothing that is not listed."
        )
    if named["user"] == place.owner:
        raise DatabaseSettingsMalformed("The owner of the tables and the role that works with them are two roles.")
