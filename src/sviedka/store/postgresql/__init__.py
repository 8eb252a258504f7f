# SPDX-License-Identifier: AGPL-3.0-or-later
"""Projections on a PostgreSQL server (ADR 0050)."""
