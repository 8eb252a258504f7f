# SPDX-License-Identifier: AGPL-3.0-or-later
"""What every room of the core stands on: canonical bytes, digests, identifiers, doubtful dates, errors."""
