# SPDX-License-Identifier: AGPL-3.0-or-later
"""Measurements, each against the bound of the same machine in the same run, and against peers. Never part of the tests."""
