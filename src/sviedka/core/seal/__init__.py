# SPDX-License-Identifier: AGPL-3.0-or-later
"""Stage 2: nobody can say it was altered."""
