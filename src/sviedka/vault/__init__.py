# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where bytes live: durable, written once, found again, counted."""
