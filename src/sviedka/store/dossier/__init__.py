# SPDX-License-Identifier: AGPL-3.0-or-later
"""What leaves the archive, if everybody in it has agreed: chosen, proven, written, told."""
