# SPDX-License-Identifier: AGPL-3.0-or-later
"""The same person across lists: what comes out is cluster numbers and counts, never a joined list."""
