# SPDX-License-Identifier: AGPL-3.0-or-later
"""Statement types of counting. They declare what may be said; nothing here computes or needs a package."""
