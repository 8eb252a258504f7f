# SPDX-License-Identifier: AGPL-3.0-or-later
"""Stage 5: how many, and with what doubt. Computes only: no file, no clock, no person."""
