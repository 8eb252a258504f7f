# SPDX-License-Identifier: AGPL-3.0-or-later
"""People look at clusters: what first, what they judged, how far two of them agree, what follows for the count."""
