# SPDX-License-Identifier: AGPL-3.0-or-later
"""Policies as a reader brings them along: a file, or fingerprints typed in from a letter or over the telephone."""

from __future__ import annotations

from io import BufferedReader
from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Unavailable
from sviedka.core.seal.policy import MAX_BYTES, PolicyMalformed, parse_policy
from sviedka.verify.regular import open_regular

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sviedka.core.seal.policy import Policy

TYPED_GROUP: Final = "typed"


class PolicyUnreadable(Unavailable):
    """The policy file cannot be read."""

    code = "unavailable.policy"
    hint = "Name a policy file that you got from somewhere else than the dossier."


def read_policy(path: Path) -> Policy:
    """Read a policy file.

    Raises:
        PolicyUnreadable: It is not there, is no regular file, or cannot be read.
        PolicyMalformed, TooLarge: It is not understood; nothing of it is used.
    """
    try:
        with BufferedReader(open_regular(path)) as file:
            return parse_policy(file.read(MAX_BYTES + 1))
    except OSError as reason:
        raise PolicyUnreadable("The policy file cannot be read.") from reason


def policy_from_fingerprints(
    *, root: str, authorities: Sequence[tuple[str, str]] = (), cosigners: Sequence[str] = ()
) -> Policy:
    """Return the policy that typed fingerprints mean; the same as a file with those lines.

    Args:
        root: The archive root's vkey.
        authorities: SHA-256 of each time authority's root certificate (64 hexadecimal digits), and `external` or
            `internal`.
        cosigners: vkeys of cosigners, all of whom must have signed; without any, none is asked for.

    Raises:
        PolicyMalformed: One of them is not what it should be.
    """
    lines = [f"witness cosigner-{number} {vkey}" for number, vkey in enumerate(cosigners, start=1)]
    names = " ".join(f"cosigner-{number}" for number in range(1, len(cosigners) + 1))
    lines += [f"group {TYPED_GROUP} all {names}", f"quorum {TYPED_GROUP}"] if cosigners else ["quorum none"]
    lines += [f"#sviedka root {root}"]
    lines += [
        f"#sviedka tsa {digest} {kind} authority {number}" for number, (digest, kind) in enumerate(authorities, start=1)
    ]
    if any("\n" in line for line in lines):
        raise PolicyMalformed("A fingerprint is one line.")
    try:
        return parse_policy("".join(f"{line}\n" for line in lines).encode())
    except PolicyMalformed as reason:  # it names a line of a file that the person never saw
        raise PolicyMalformed("A key or fingerprint was not typed as it was given out.") from reason
