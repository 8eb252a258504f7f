# SPDX-License-Identifier: AGPL-3.0-or-later
"""Stage 1: what arrived, as it arrived, and what the person allowed."""
