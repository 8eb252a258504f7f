# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a server must be before anything is read from it or written to it. Looked at in each new connection.

What is acknowledged must be on its disk (`fsync`, `full_page_writes`, `synchronous_commit`). What is erased must not
stay in files that are used again (`wal_recycle`). What is written must not stand in its log as text (`log_statement`,
`log_min_duration_statement`, `log_error_verbosity`). The role must not be one that row security does not bind.
That the volume is encrypted nobody can see from here: it is declared, and shown as declared.
"""

from __future__ import annotations

from pathlib import Path
from stat import S_IMODE
from typing import TYPE_CHECKING, Any, Final

from sviedka.store.errors import ServerUnfit
from sviedka.vault.disk_errors import translating

if TYPE_CHECKING:
    from psycopg import Connection

    from sviedka.store.place import ServerPlace

OLDEST: Final = 150000
"""PostgreSQL 15, as `server_version_num` spells it: 14's `public` schema lets every role make functions in it."""

WANTED: Final = {
    "fsync": ("on",),
    "full_page_writes": ("on",),
    "synchronous_commit": ("on", "local", "remote_write", "remote_apply"),
    "wal_recycle": ("off",),
    "log_statement": ("none",),
    "log_min_duration_statement": ("-1",),
    "log_error_verbosity": ("terse",),
}
_ON_THIS_MACHINE: Final = frozenset({"localhost", "127.0.0.1", "::1"})


def check_place(place: ServerPlace) -> None:
    """Refuse what can be refused before a connection is made.

    Raises:
        ServerUnfit: The volume is not declared to be encrypted, others may read the passwords, or the way to the server
            is not one that nobody else can read or answer on.
    """
    if not place.encrypted_volume:
        raise ServerUnfit("The server's disk is not declared to be encrypted (encrypted_volume in sviedka.toml).")
    if place.password_file is not None:
        with translating():
            mode = S_IMODE(place.password_file.stat().st_mode)
        if mode & 0o077:
            raise ServerUnfit("Others may read the file with the passwords ({mode}).", mode=f"{mode:04o}")
    named = place.parameters()
    host = named.get("host", "")
    if host and not Path(host).is_absolute() and host not in _ON_THIS_MACHINE and named.get("sslmode") != "verify-full":
        raise ServerUnfit("A server on another machine is reached with sslmode=verify-full.")


def check_server(connection: Connection[Any]) -> None:
    """Refuse a server, or a role, that breaks a promise.

    Raises:
        ServerUnfit: Each setting that is not as it must be, by name.
    """
    values = ", ".join(f"current_setting('{name}')" for name in ("server_version_num", *WANTED))
    row = connection.execute(
        f"SELECT {values}, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = session_user"  # noqa: S608  # our names
    ).fetchone()
    answer: tuple[Any, ...] = row if row is not None else ("0", *("" for _ in WANTED), True)
    version, *found, above = answer
    wrong = [f"{name}={value}" for (name, good), value in zip(WANTED.items(), found, strict=True) if value not in good]
    if int(version) < OLDEST:
        wrong.insert(0, f"server_version_num={version}")
    if above:
        wrong.append("superuser or bypassrls")
    if wrong:
        raise ServerUnfit("The database server is not set up as it must be: {settings}.", settings=", ".join(wrong))
