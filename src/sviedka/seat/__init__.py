# SPDX-License-Identifier: AGPL-3.0-or-later
"""A custodian's own device: the key of one seat, and what it does with an order. Base install, every system."""
