# SPDX-License-Identifier: AGPL-3.0-or-later
"""Several desks of one archive: each writes its own log, and reads the others' once they are proven (ADR 0051)."""
