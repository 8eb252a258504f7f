# SPDX-License-Identifier: AGPL-3.0-or-later
"""Overwriting buffers that held a secret. On every system: custodians' devices are not all Linux."""

from __future__ import annotations


def wipe(*buffers: bytearray | memoryview) -> None:
    """Overwrite `buffers` with zeros."""
    for buffer in buffers:
        buffer[:] = bytes(len(buffer))
