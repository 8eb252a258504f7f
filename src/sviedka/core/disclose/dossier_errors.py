# SPDX-License-Identifier: AGPL-3.0-or-later
"""What can be wrong with the files of a dossier, by name (spec/08-dossier.md)."""

from __future__ import annotations

from sviedka.core.base.errors import Malformed


class TagFileMalformed(Malformed):
    """A file of the dossier that is not in the one form that the format allows."""

    code = "malformed.dossier-file"
    hint = "The dossier was damaged, or made by something else than Sviedka. Ask for it again."


class LineMalformed(TagFileMalformed):
    """One line of a list is not in its form, or not in its place. `line` counts from 1."""

    code = "malformed.dossier-line"

    def __init__(self, line: int) -> None:
        """Name the line, never its content."""
        super().__init__("Line {line} is not in its form or order.", line=line)
        self.line = line
