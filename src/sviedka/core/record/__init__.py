# SPDX-License-Identifier: AGPL-3.0-or-later
"""Stage 3: who did what to whom, and who says so."""
