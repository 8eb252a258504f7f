# SPDX-License-Identifier: AGPL-3.0-or-later
"""The two engines, as the tests of the store need them: a new database, and a hand that no guard binds."""

from sviedka.store.connect import open_database
from sviedka.store.place import FilePlace, ServerPlace

KEY = bytearray(range(32))


class FileEngine:
    """A database file of the test's own."""

    name = "sqlcipher"

    def __init__(self, folder):
        self._place = FilePlace(path=folder / "archive" / "database" / "projections.db")

    def settings(self):
        """Return what goes into sviedka.toml."""
        return ""

    def open(self, key=KEY):
        """Open the test's own database."""
        return open_database(self._place, key)

    def by_hand(self, database, *commands):
        """Run SQL as somebody who has the file and the key."""
        for command in commands:
            database.connection.execute(command)

    def drop_trigger(self, database, trigger, table):
        """Take a guard away."""
        self.by_hand(database, f"DROP TRIGGER {trigger}")

    def forget_version(self, database):
        """Let the tables be of another version."""
        self.by_hand(database, "PRAGMA user_version = 999")


class ServerEngine:
    """A database of the test's own on the tests' server."""

    name = "postgresql"

    def __init__(self, server):
        self.server = server
        self.database = server.new_database()

    def settings(self):
        return self.server.settings(self.database)

    def place(self, **changed):
        """Return where it is."""
        from postgres_server import OWNER, WORKER

        members = {
            "url": f"postgresql://{WORKER}@/{self.database}?host={self.server.folder}",
            "owner": OWNER,
            "password_file": self.server.password_file,
            "encrypted_volume": True,
        }
        return ServerPlace(**members | changed)

    def open(self, key=KEY, *, remake=False):
        return open_database(self.place(), key, remake=remake)

    def by_hand(self, _database, *commands):
        """Run SQL as the server's administrator."""
        self.server.by_admin("SET search_path TO sviedka", *commands, database=self.database)

    def drop_trigger(self, database, trigger, table):
        self.by_hand(database, f"DROP TRIGGER {trigger} ON {table}")

    def forget_version(self, database):
        self.by_hand(database, "UPDATE mark SET version = 999")
