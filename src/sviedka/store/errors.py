# SPDX-License-Identifier: AGPL-3.0-or-later
"""What can go wrong between the vault and its projections."""

from __future__ import annotations

from sviedka.core.base.errors import Malformed, Refuted, Unavailable


class DatabaseUnreadable(Unavailable):
    """The database file is damaged, foreign, or of another key. Nothing is lost: it is rebuilt from the vault."""

    code = "unavailable.database"
    hint = "Run sviedka rebuild; the vault holds everything the database held."


class ProjectionsOutdated(Unavailable):
    """The tables were made by another version of the program."""

    code = "unavailable.projections-outdated"
    hint = "Run sviedka rebuild; it makes the tables anew from the vault."


class DatabaseBusy(Unavailable):
    """Another process kept the database for longer than we wait."""

    code = "unavailable.database-busy"
    hint = "Try again when the other process has ended."


class PacksMissing(Refuted):
    """The projections hold statements whose pack is not in the vault: packs were taken away or rolled back."""

    code = "refuted.packs-missing"
    hint = "Do not seal on. Fetch the packs from a replica, then run sviedka check --full."


class JtiReused(Refuted):
    """A statement id that is in the log already came with other content."""

    code = "refuted.jti-reused"
    hint = "A statement is never changed. State it anew under an id of its own."


class RowsRefused(Malformed):
    """A statement that the tables cannot hold; nothing of its group was admitted."""

    code = "malformed.rows"
    hint = "The statement was not admitted."


class DatabaseSettingsMalformed(Malformed):
    """The table `[database]` of `sviedka.toml` does not name a database as it must."""

    code = "malformed.database-settings"
    hint = "See docs/howto/use-postgresql.md; without the table the archive has a database file of its own."


class ServerUnfit(Unavailable):
    """The database server may lose what it acknowledges, keep what is erased, or shows it to others. Nothing was read."""

    code = "unavailable.database-unfit"
    hint = "Set the server up as docs/howto/use-postgresql.md says; nothing is lost."


class ServerUnreachable(Unavailable):
    """The database server does not answer, or ended the connection."""

    code = "unavailable.database-server"
    hint = "Look whether the server runs; run the command again. Nothing that was acknowledged is lost."


class ServerRefused(Unavailable):
    """The database server does not let this role in, or not do what it must."""

    code = "unavailable.database-refused"
    hint = "Look at the role, the password file and the database's owner; see docs/howto/use-postgresql.md."


class DatabaseForeign(Unavailable):
    """The database holds another archive's projections. It was left as it is."""

    code = "unavailable.database-foreign"
    hint = "Give each archive a database of its own."
