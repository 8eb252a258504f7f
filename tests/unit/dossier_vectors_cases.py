# SPDX-License-Identifier: AGPL-3.0-or-later
"""The register of dossier vectors: a name that is a sentence, and a function that makes the files."""

CASES = {}


def accept(name):
    """Register a dossier that holds against the policy. The function returns its files, or a ZIP file's bytes."""
    return _case("accept", name)


def reject(name):
    """Register a dossier that does not hold, for one reason."""
    return _case("reject", name)


def _case(kind, name):
    def register(make):
        CASES[f"{kind}/{name.replace(' ', '-')}"] = make
        return make

    return register
