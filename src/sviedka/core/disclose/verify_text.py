# SPDX-License-Identifier: AGPL-3.0-or-later
"""VERIFY.md: how to check a dossier with what a stranger has anyway.

The commands are the same in every language and are meant to be read before they are typed; nothing from the dossier is
ever run. A test types them all. Spec: spec/08-dossier.md §8.9, §8.13.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sviedka.core.disclose.telling import say_gap

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sviedka.core.disclose.report_facts import ReportFacts

NOTHING_ELSE: Final = r"""listed=$( (cut -c67- manifest-sha256.txt tagmanifest-sha256.txt
           printf '%s\n' SEAL.txt SEAL.body SEAL.sig tagmanifest-sha256.txt) | LC_ALL=C sort )
present=$( find . ! -type d | cut -c3- | LC_ALL=C sort )
[ "$listed" = "$present" ] && echo "nothing is missing, nothing was added"
"""

SEAL: Final = """openssl pkeyutl -verify -pubin -inkey keys/seal.pem -rawin -in SEAL.body -sigfile SEAL.sig
sha256sum tagmanifest-sha256.txt spec.json logs/*/checkpoint
cat SEAL.body
"""

ROOT: Final = """openssl pkeyutl -verify -pubin -inkey keys/root.pem -rawin -in byhand/keylist.body -sigfile byhand/keylist.sig
cat keys/root
"""

LISTED: Final = r"""for key in keys/root.pem keys/seal.pem keys/log-*.pem; do
  text=$( (printf '\001'; openssl pkey -pubin -in "$key" -outform DER | tail -c 32) | base64 )
  echo "$key"; grep -h -F "$text" byhand/keylist.body keys/root
done
"""

STATEMENT: Final = r"""work=$(mktemp -d)
n=1
decode() { text=$(tr '_-' '/+'); while [ $(( ${#text} % 4 )) -ne 0 ]; do text="$text="; done; printf %s "$text" | base64 -d; }
jwt=$(sed -n "${n}p" statements/statements.txt | cut -d '~' -f 1)
printf %s "${jwt%.*}" > "$work/body"
printf %s "${jwt##*.}" | decode > "$work/sig"
openssl pkeyutl -verify -pubin -inkey keys/seal.pem -rawin -in "$work/body" -sigfile "$work/sig"
printf %s "$jwt" | cut -d . -f 2 | decode; echo
sed -n "${n}p" statements/statements.txt | tr '~' '\n' | sed 1d | while read -r part; do
  if [ -n "$part" ]; then
    printf %s "$part" | decode; echo
    printf %s "$part" | openssl dgst -sha256 -binary | base64 | tr '/+' '_-' | tr -d =
  fi
done
"""

INCLUSION: Final = r"""set -- $(sed -n "${n}p" statements/proofs.txt)
k=$1; h=$2; i=$3; shift 3
head=logs/$k/checkpoint
[ "$h" -eq 0 ] || head=$(printf 'logs/%s/heads/%04d/checkpoint' "$k" "$h")
last=$(( $(sed -n 2p "$head") - 1 ))
(printf '\000'; printf %s "$jwt") | openssl dgst -sha256 -binary > "$work/hash"
for text; do
  printf %s "$text" | base64 -d > "$work/side"
  if [ $(( i % 2 )) -eq 1 ] || [ "$i" -eq "$last" ]; then
    (printf '\001'; cat "$work/side" "$work/hash") | openssl dgst -sha256 -binary > "$work/next"
    while [ $(( i % 2 )) -eq 0 ] && [ "$i" -ne 0 ]; do i=$(( i / 2 )); last=$(( last / 2 )); done
  else
    (printf '\001'; cat "$work/hash" "$work/side") | openssl dgst -sha256 -binary > "$work/next"
  fi
  mv "$work/next" "$work/hash"; i=$(( i / 2 )); last=$(( last / 2 ))
done
base64 < "$work/hash"
sed -n 3p "$head"
"""

EXHIBITS: Final = """cat exhibits.txt
sha256sum data/*
"""

DELIVERY: Final = """age -d -i my-key.txt -o dossier.zip dossier.zip.age
unzip -d dossier dossier.zip
"""

VERDICTS: Final = ("holds", "unproven", "malformed", "refuted")
LIMITS: Final = ("complete", "time", "true", "derived", "consent")


@dataclass(frozen=True, kw_only=True, slots=True)
class StampPlace:
    """A stamp: the folder of its head, and the file name of its authority."""

    folder: str
    authority: str


def write_verify_text(facts: ReportFacts, stamps: Sequence[StampPlace]) -> bytes:
    """Return VERIFY.md in the language of the SPEC."""
    return "\n".join(_lines(facts, stamps)).encode("utf-8") + b"\n"


def _lines(facts: ReportFacts, stamps: Sequence[StampPlace]) -> Iterator[str]:
    say = facts.wording.say
    yield f"# {say('verify.title')}\n"
    yield f"{say('verify.intro')}\n"
    yield f"## 1. {say('verify.pin')}\n"
    yield f"{say('verify.pin.text')}\n"
    yield from _pins(facts)
    if facts.page_sha256 is not None:
        yield f"## 2. {say('verify.page')}\n"
        yield f"{say('verify.page.text')}\n"
        yield from _commands("sha256sum verify.html\n")
    yield f"## 3. {say('verify.program')}\n"
    yield from _commands("sviedka verify . --policy pinned.policy\n", kind="text")
    yield f"## 4. {say('verify.hand')}\n"
    yield f"{say('verify.hand.text')}\n"
    for name, commands in _steps(facts, stamps):
        yield f"### {say(f'verify.{name}')}\n"
        yield f"{say(f'verify.{name}.text')}\n"
        yield from _commands(commands, kind="text" if name in {"stamps", "delivery"} else "sh")
    yield f"## 5. {say('verify.verdicts')}\n"
    yield from (f"- **{word}**: {say(f'verify.{word}')}" for word in VERDICTS)
    yield f"\n## 6. {say('limits')}\n"
    yield from (f"- {say(f'limits.{name}')}" for name in LIMITS)
    yield from (f"- {say_gap(one, facts.wording)}" for one in facts.successions)


def _pins(facts: ReportFacts) -> Iterator[str]:
    say = facts.wording.say
    pins = [(say("key.root"), facts.root), *((say("key.log", origin=name), key) for name, key in facts.logs.items())]
    pins += [
        (say("key.authority", name=one.name, kind=say(f"kind.{one.kind}")), one.sha256) for one in facts.authorities
    ]
    if facts.page_sha256 is not None:
        pins.append((say("key.page"), facts.page_sha256))
    for name, value in pins:
        yield f"- {name}:  \n  `{value}`"
    yield ""


def _steps(facts: ReportFacts, stamps: Sequence[StampPlace]) -> Iterator[tuple[str, str]]:
    sums = "sha256sum --strict --quiet -c tagmanifest-sha256.txt\n"
    yield "files", ("sha256sum --strict --quiet -c manifest-sha256.txt\n" if facts.exhibits else "") + sums
    yield "nothing-else", NOTHING_ELSE
    yield "seal", SEAL
    yield "root", ROOT
    yield "listed", LISTED
    yield "log", "".join(_checkpoint(number) for number, _ in enumerate(facts.logs, start=1))
    if stamps:
        yield "stamps", "openssl x509 -in ROOT.pem -noout -fingerprint -sha256\n" + "".join(map(_stamp, stamps))
    own = facts.origin.partition("/")[2]
    first = next((n for n, one in enumerate(facts.statements, start=1) if one.held.desk in {own, ""}), None)
    if first is not None:  # the commands know the building desk's key; of another desk's the program asks the key list
        yield "statement", STATEMENT.replace("n=1\n", f"n={first}\n")
        yield "inclusion", INCLUSION
    if facts.exhibits:
        yield "exhibits", EXHIBITS
    if facts.spec.recipient.age is not None:
        yield "delivery", DELIVERY


def _checkpoint(number: int) -> str:
    return (
        f"openssl pkeyutl -verify -pubin -inkey keys/log-{number}.pem -rawin "
        f"-in byhand/checkpoint-{number}.body -sigfile byhand/checkpoint-{number}.sig\n"
    )


def _stamp(stamp: StampPlace) -> str:
    base = f"{stamp.folder}/{stamp.authority}"
    return (
        f"openssl ts -verify -data {stamp.folder}/checkpoint -in {base}.tsr "
        f"-CAfile ROOT.pem -untrusted {base}.chain.pem\n"
    )


def _commands(commands: str, *, kind: str = "sh") -> Iterator[str]:
    yield f"```{kind}\n{commands}```\n"
