# SPDX-License-Identifier: AGPL-3.0-or-later
"""The database: projections that can be dropped and rebuilt from the vault, and the one way in: admission."""

from sviedka.store.configure import configure

configure()
