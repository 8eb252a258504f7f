# SPDX-License-Identifier: AGPL-3.0-or-later
"""Stage 6: what may leave, and to whom."""
