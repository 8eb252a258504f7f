# SPDX-License-Identifier: AGPL-3.0-or-later
"""An estimate as people see it, a page with pictures, and as the log has it, a statement."""
