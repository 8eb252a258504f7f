# SPDX-License-Identifier: AGPL-3.0-or-later
"""One file per statement type of the intake."""
