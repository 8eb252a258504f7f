# SPDX-License-Identifier: AGPL-3.0-or-later
"""Counts that leave: the plan, the counts, the ledger of everything published, the files, and whether a copy is the same."""
