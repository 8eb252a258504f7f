# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is told of keys of epochs that several desks hold: what ended here too, what could not yet, and who may have one still."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sviedka.cli.console import Console
    from sviedka.store.taking_back.letting_go import LetGo


def tell_let_go(console: Console, gone: LetGo) -> None:
    """Say what became of epochs that another desk ended, and which desks have not said the same of this one's."""
    console.document |= {"ended_elsewhere": [*gone.ended], "kept": [*gone.kept], "waited_for": [*gone.waited_for]}
    for epoch in gone.ended:
        console.say("Another desk has ended epoch {epoch}: its key is destroyed here too.", epoch=epoch)
    if gone.ended:
        console.warn(
            "The folder or bucket between the desks holds it until you run sviedka log checkpoint and exchange export."
        )
    for epoch in gone.kept:
        console.warn(
            "Another desk has ended epoch {epoch}, and its key is still here: something opens with it alone, or a place of keys "
            "was out of reach. What was erased there is not beyond recovery here. Import what that desk exports next.",
            epoch=epoch,
        )
    for desk in gone.waited_for:
        console.warn(
            "Desk {desk} has not stated that it destroyed a key which ended here, and the folder or bucket between you may hold it. "
            "Run sviedka log checkpoint and exchange export here, import, log checkpoint and export there, and import here.",
            desk=desk,
        )
