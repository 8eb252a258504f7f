# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether all is as it should be: checked, compared, mended, settled after a restore, and said."""
