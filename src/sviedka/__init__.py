# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sviedka seals what witnesses saw and turns it into dossiers that a stranger can check without trusting us."""
