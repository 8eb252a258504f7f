# SPDX-License-Identifier: AGPL-3.0-or-later
"""Record files: read, checked against their types, and admitted once however often they are recorded."""
