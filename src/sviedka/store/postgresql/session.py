# SPDX-License-Identifier: AGPL-3.0-or-later
"""How a session with the server is asked for: whose, with which settings, and how soon a dead one is let go of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from sviedka.store.place import ServerPlace

_SETTINGS: Final = {
    "search_path": "sviedka",
    "TimeZone": "UTC",
    "client_min_messages": "warning",
    # A worker whose machine has died, or that was stopped in the middle, lets go of its locks within a minute or five.
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
    "idle_in_transaction_session_timeout": "300000",
    # Sorting must not be cut short by a limit that an administrator meant for people.
    "statement_timeout": "0",
    "idle_session_timeout": "0",
}


def parameters(place: ServerPlace, *, owner: bool) -> dict[str, Any]:
    """Return libpq's parameters for the worker or the owner of a place."""
    settings = " ".join(f"-c {name}={value}" for name, value in _SETTINGS.items())
    named: dict[str, Any] = (
        {"connect_timeout": "10"} | place.parameters() | {"options": settings, "application_name": "sviedka"}
    )
    if owner:
        named["user"] = place.owner
    if place.password_file is not None:
        named["passfile"] = str(place.password_file)
    return named
