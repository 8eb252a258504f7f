# SPDX-License-Identifier: AGPL-3.0-or-later
"""Copies of the vault elsewhere: payloads and packs in one kind of place, slips, cells and keys in another."""
