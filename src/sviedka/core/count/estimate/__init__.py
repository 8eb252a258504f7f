# SPDX-License-Identifier: AGPL-3.0-or-later
"""How many people no list holds: several methods over the same table of captures, each with its doubt."""
