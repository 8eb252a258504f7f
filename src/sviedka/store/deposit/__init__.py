# SPDX-License-Identifier: AGPL-3.0-or-later
"""Originals into the archive, and one original out of it again."""
