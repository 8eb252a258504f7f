# SPDX-License-Identifier: AGPL-3.0-or-later
"""Django's own SQLite backend on SQLCipher: the file, its log and its temporaries are encrypted."""
