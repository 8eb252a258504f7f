# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tables that give nobody away: which cells are sensitive, which others hide them, and an attacker who tries to undo it.

The way of a table: `dimension` and `table` say which numbers are sums of which; `primary` says which may not be known;
`system` writes everything ever published as one set of equations; `attack` infers from it what it can; `cutting` turns
each success of the attacker into a rule; `choosing` hides the least that satisfies all rules.
"""
