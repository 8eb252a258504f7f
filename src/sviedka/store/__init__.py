# SPDX-License-Identifier: AGPL-3.0-or-later
"""Projections of the statements in a database that can be dropped and rebuilt from the vault."""
