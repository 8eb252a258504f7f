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
