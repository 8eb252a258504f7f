# SPDX-License-Identifier: AGPL-3.0-or-later
"""What somebody takes back: asked for, checked, carried out; and the change of keys that makes it final."""
