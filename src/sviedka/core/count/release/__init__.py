# SPDX-License-Identifier: AGPL-3.0-or-later
"""A release of statistics: a fixed plan, the counts that fill it, the ledger of all before it, and what a reader is shown.

The way of a release: `plan` says which tables; `counting` fills their cells; `guarding` marks what is never shown;
`suppress` chooses what else to hide; `ledger` remembers; `grid` lays tables out; `wording`, `page` and `sheets` write them.
"""
