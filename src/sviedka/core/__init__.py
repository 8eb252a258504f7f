# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pure core: bytes, streams, times and keys come in as arguments; it opens nothing and knows no clock."""
