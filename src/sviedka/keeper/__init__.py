# SPDX-License-Identifier: AGPL-3.0-or-later
"""The process that holds keys, and nothing else does."""
