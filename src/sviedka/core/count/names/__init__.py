# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keys under which one person's name meets itself in Belarusian, Russian and Latin spellings.

The way of a name: `spelling` (clean tokens), `sounds` (letters to sounds), `skeleton` (sounds to one skeleton), `tokens` (what
one token may be), `roles` (what it is), `keys`. Then `columns` for lists, `scoring` and `agreement` for pairs. `given_names`
and `surname_stems` are data.
"""
