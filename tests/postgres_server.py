# SPDX-License-Identifier: AGPL-3.0-or-later
"""A PostgreSQL server of the tests' own: in a temporary folder, on a unix socket there, with passwords and real syncs.

Debian's package starts a server of its own; this one has nothing to do with it. PostgreSQL refuses to run as root, so
that root runs it as the package's user `postgres`.
"""

import atexit
import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

import psycopg

FIT = """
listen_addresses = ''
wal_recycle = off
log_error_verbosity = terse
shared_buffers = 32MB
max_connections = 60
autovacuum = off
"""
WORKER, OWNER, ADMIN = "sviedka_worker", "sviedka_owner", "sviedka_admin"
_numbers = itertools.count()


def bin_folder():
    """Return where initdb and pg_ctl are: Debian keeps them out of the path."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    return found[-1].parent if found else Path(shutil.which("initdb")).parent


class Server:
    """A running server with one archive's database after another."""

    def __init__(self, extra=""):
        self._free = []
        self._pid = os.getpid()  # a forked test process must not end it
        self.folder = Path(tempfile.mkdtemp(prefix="sviedka-pg-", dir="/tmp"))
        self._user = pwd.getpwnam("postgres") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        os.chown(self.folder, self._user.pw_uid, self._user.pw_gid)
        self.folder.chmod(0o755)
        (self.folder / "admin").write_text("for the tests\n")
        self._run("initdb", "-D", "data", "-U", ADMIN, "-A", "scram-sha-256", "--pwfile", "admin", "-E", "UTF8", "-N")
        with (self.folder / "data/postgresql.conf").open("a") as file:
            file.write(FIT + extra)
        self.start()
        atexit.register(self.stop)
        self.password_file = self.folder / "passwords"
        self.password_file.write_text("*:*:*:*:for the tests\n")
        self.password_file.chmod(0o600)
        self.by_admin(
            f"CREATE ROLE {OWNER} LOGIN PASSWORD 'for the tests'",
            f"CREATE ROLE {WORKER} LOGIN PASSWORD 'for the tests'",
        )

    def _run(self, program, *options):
        command = [str(bin_folder() / program), *options]
        subprocess.run(
            command, cwd=self.folder, check=True, capture_output=True, user=self._user.pw_uid, group=self._user.pw_gid,
            extra_groups=[], env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8"},
        )  # fmt: skip

    def start(self):
        """Start it, or start it again."""
        options = f"-k {self.folder}"
        self._run("pg_ctl", "-D", "data", "-l", "data/log", "-o", options, "-w", "-s", "start")

    def stop(self, *, mode="immediate"):
        """End it; the folder goes with it unless it is to be started again (`fast`)."""
        if self.folder.exists() and os.getpid() == self._pid:
            self._run("pg_ctl", "-D", "data", "-m", mode, "-w", "-s", "stop")
            if mode == "immediate":
                shutil.rmtree(self.folder)

    def by_admin(self, *commands, database="postgres"):
        """Run commands as the server's administrator, whom row security does not bind; return the last one's rows."""
        parameters = {"host": str(self.folder), "user": ADMIN, "password": "for the tests", "dbname": database}
        with psycopg.connect(**parameters, autocommit=True) as connection:
            for command in commands:
                found = connection.execute(command)
            return found.fetchall() if found.description else []

    def end_sessions(self, name):
        """End every session with a database, as the server does with a machine that does not answer."""
        self.by_admin(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")  # noqa: S608

    def release(self, name):
        """Empty a database, for the next test."""
        self.end_sessions(name)
        self.by_admin("DROP SCHEMA IF EXISTS sviedka, sviedka_next CASCADE", database=name)
        self._free.append(name)

    def new_database(self):
        """Return the name of an empty database that the owner may make tables in."""
        if self._free:
            return self._free.pop()
        name = f"archive_{next(_numbers)}"
        self.by_admin(f"CREATE DATABASE {name} OWNER {OWNER} TEMPLATE template0 STRATEGY wal_log")
        return name

    def settings(self, name, **changed):
        """Return the table `[database]` of sviedka.toml for a database of this server."""
        members = {
            "url": f"postgresql://{WORKER}@/{name}?host={self.folder}",
            "owner": OWNER,
            "password_file": str(self.password_file),
            "encrypted_volume": True,
        } | changed
        spelt = {key: str(value).lower() if isinstance(value, bool) else f'"{value}"' for key, value in members.items()}
        return "\n[database]\n" + "".join(f"{key} = {value}\n" for key, value in spelt.items())
