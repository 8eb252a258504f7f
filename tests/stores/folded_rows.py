# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rows as a statement comes to them, made by hand."""

from sviedka.store.rows import PASSAGE, REFERENCE, Folded

CASE, JTI, CELL = "1" * 32, "a" * 32, "d" * 32


def folded(jti=JTI, index=0, subject=None, supersedes=(), case=CASE, disclosure="canary-disclosure"):
    """Return what one statement adds."""
    subject = subject or jti
    return Folded(
        statement=(jti, case, "minsk-1", index, bytes(32), "jwt", "claim/1", subject, "2026-11-21 22:53:00", "c" * 32),
        head=(jti, case, subject),
        supersedes=supersedes,
        rows=((PASSAGE, (jti, case, CELL, disclosure, False)), (REFERENCE, (jti, case, "about", "event", "e" * 32))),
    )
