# SPDX-License-Identifier: AGPL-3.0-or-later
"""What others attest about our log: time authorities and cosigners."""
