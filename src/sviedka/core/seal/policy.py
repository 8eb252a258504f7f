# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reading and writing policy files.

The format is C2SP tlog-policy. Two things that it has no words for, the archive's root and the pinned time authorities,
stand in lines that other programs take for comments: `#sviedka root …` and `#sviedka tsa …`. A `#sviedka` line that is
not understood is refused, because skipping it would trust something else than its author meant. Every error names its
line. Spec: spec/04-log.md §6. Vectors: spec/vectors/policy/.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Malformed, TooLarge
from sviedka.core.base.phrases import said_of
from sviedka.core.seal.note_key import COSIGNATURE_V1, ED25519, VerifierKey, parse_vkey
from sviedka.core.seal.policy_terms import (
    AuthorityKind,
    PinnedAuthority,
    Policy,
    PolicyGroup,
    PolicyLog,
    PolicyWitness,
    QuorumMissing,
    quorum_met,
    verify_quorum,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "AuthorityKind",
    "PinnedAuthority",
    "Policy",
    "PolicyGroup",
    "PolicyLog",
    "PolicyMalformed",
    "PolicyWitness",
    "QuorumMissing",
    "format_policy",
    "parse_policy",
    "quorum_met",
    "verify_quorum",
]

MAX_BYTES: Final = 65_536
NONE: Final = "none"
OURS: Final = "#sviedka"

_NUMBER: Final = re.compile(r"[1-9][0-9]{0,4}\Z")
_DIGEST: Final = re.compile(r"[0-9a-f]{64}\Z")


class PolicyMalformed(Malformed):
    """A policy file with a line that is not understood. Nothing of it is used."""

    code = "malformed.policy"
    hint = "Correct the line, or ask whoever wrote the policy. A policy is used whole or not at all."


def parse_policy(data: bytes) -> Policy:
    """Read a policy file: UTF-8, at most 64 KiB, every line ended by a line feed.

    Raises:
        PolicyMalformed: The first line that is wrong, by number.
        TooLarge: Over the cap.
    """
    if len(data) > MAX_BYTES:
        raise TooLarge("A policy has at most {most} bytes.", most=MAX_BYTES)
    try:
        whole = data.decode("utf-8")
    except UnicodeDecodeError as reason:
        raise PolicyMalformed("A policy is UTF-8 text; this is not.") from reason
    if whole and not whole.endswith("\n"):
        raise PolicyMalformed("The last line of a policy ends with a line feed; this one was cut off.")
    reading = _Reading()
    for number, line in enumerate(whole[:-1].split("\n") if whole else (), start=1):
        try:
            reading.take(line)
        except Malformed as reason:
            raise PolicyMalformed("Line {line}: {reason}", line=number, reason=said_of(reason)) from reason
    if not reading.quorum:
        raise PolicyMalformed("A policy has exactly one quorum line; this one has none.")
    return reading.policy()


def format_policy(policy: Policy) -> bytes:
    """Return a policy file that reads back as `policy`."""
    lines = [_joined("log", log.key.vkey, log.url) for log in policy.logs]
    lines += [_joined("witness", witness.name, witness.key.vkey, witness.url) for witness in policy.witnesses]
    lines += [_joined("group", group.name, str(group.threshold), *group.members) for group in policy.groups]
    lines += [_joined("quorum", policy.quorum or NONE)]
    lines += [_joined(OURS, "root", root.vkey) for root in policy.roots]
    lines += [_joined(OURS, "tsa", pin.sha256, pin.kind.value, pin.name) for pin in policy.authorities]
    return "".join(lines).encode()


@dataclass(kw_only=True, slots=True)
class _Reading:
    """What has been read so far. Each method takes the words of one line, or raises."""

    logs: list[PolicyLog] = field(default_factory=list)
    witnesses: list[PolicyWitness] = field(default_factory=list)
    groups: list[PolicyGroup] = field(default_factory=list)
    quorum: list[str | None] = field(default_factory=list)
    roots: list[VerifierKey] = field(default_factory=list)
    authorities: list[PinnedAuthority] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    members: set[str] = field(default_factory=set)
    publics: set[bytes] = field(default_factory=set)

    def take(self, line: str) -> None:
        if any((char < " " and char != "\t") or char == "\x7f" for char in line):
            raise PolicyMalformed("A control character other than a tab.")
        words = [word for word in re.split("[ \t]+", line) if word]
        if not words or (words[0].startswith("#") and not words[0].startswith(OURS)):
            return
        match words:
            case ["log", vkey, *url] if len(url) <= 1:
                self.logs.append(PolicyLog(key=self._key(vkey, ED25519), url=url[0] if url else None))
            case ["witness", name, vkey, *url] if len(url) <= 1:
                self._define(name)
                key = self._key(vkey, COSIGNATURE_V1)
                self.witnesses.append(PolicyWitness(name=name, key=key, url=url[0] if url else None))
            case ["group", name, threshold, *members] if members:
                self._group(name, threshold, members)
            case ["quorum", name]:
                self._quorum(name)
            case ["#sviedka", "root", vkey]:
                self._root(vkey)
            case ["#sviedka", "tsa", digest, kind, *name] if name:
                self._authority(digest, kind, " ".join(name))
            case _:
                raise PolicyMalformed("This is no line of a policy, or has too few or too many words.")

    def policy(self) -> Policy:
        return Policy(
            logs=tuple(self.logs),
            witnesses=tuple(self.witnesses),
            groups=tuple(self.groups),
            quorum=self.quorum[0],
            roots=tuple(self.roots),
            authorities=tuple(self.authorities),
        )

    def _define(self, name: str) -> None:
        if name == NONE or name in self.names:
            raise PolicyMalformed("The name {name} is taken already.", name=name)
        self.names.add(name)

    def _key(self, vkey: str, key_type: int) -> VerifierKey:
        key = parse_vkey(vkey)
        if key.key_type != key_type:
            raise PolicyMalformed("A key of signature type {kind} has no place in this line.", kind=key.key_type)
        if key.public in self.publics:
            # A log that is its own cosigner, or one cosigner under two names, would count twice.
            raise PolicyMalformed("This public key stands in the policy already.")
        self.publics.add(key.public)
        return key

    def _group(self, name: str, threshold: str, members: Sequence[str]) -> None:
        for member in members:
            if member not in self.names:
                raise PolicyMalformed("The name {name} is not defined above this line.", name=member)
            if member in self.members:
                raise PolicyMalformed("The name {name} is in a group already.", name=member)
            self.members.add(member)
        self._define(name)
        words = {"any": 1, "all": len(members)}
        least = words.get(threshold) or (int(threshold) if _NUMBER.match(threshold) else 0)
        if not 1 <= least <= len(members):
            raise PolicyMalformed("A group asks for any, all, or a number from 1 to {count}.", count=len(members))
        self.groups.append(PolicyGroup(name=name, threshold=least, members=tuple(members)))

    def _quorum(self, name: str) -> None:
        if self.quorum:
            raise PolicyMalformed("A second quorum line.")
        if name != NONE and name not in self.names:
            raise PolicyMalformed("The name {name} is not defined above this line.", name=name)
        self.quorum.append(None if name == NONE else name)

    def _root(self, vkey: str) -> None:
        key = self._key(vkey, ED25519)
        if not key.name.endswith("/root"):
            raise PolicyMalformed("The name of an archive's root key ends with /root.")
        self.roots.append(key)

    def _authority(self, digest: str, kind: str, name: str) -> None:
        if not _DIGEST.match(digest):
            raise PolicyMalformed("A time authority is named by 64 lower-case hexadecimal digits.")
        if kind not in set(AuthorityKind):
            raise PolicyMalformed("A time authority is external or internal.")
        if any(digest == pin.sha256 or name == pin.name for pin in self.authorities):
            raise PolicyMalformed("This time authority, or its name, stands in the policy already.")
        self.authorities.append(PinnedAuthority(sha256=digest, kind=AuthorityKind(kind), name=name))


def _joined(*words: str | None) -> str:
    return " ".join(word for word in words if word is not None) + "\n"
