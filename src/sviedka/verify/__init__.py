# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads a dossier and says what it proves. Knows nothing of the application; runs from the base install."""
