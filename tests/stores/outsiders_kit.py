# SPDX-License-Identifier: AGPL-3.0-or-later
"""Outsiders of a test's archive: two time authorities and a cosigner, all in this process, and the policy that pins them."""

import sys
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

from sviedka.anchor.stamp_files import StampFiles
from sviedka.anchor.stamp_state import StampState, StampWord
from sviedka.core.seal.checkpoint import parse_checkpoint
from sviedka.core.seal.cosignature import cosign
from sviedka.core.seal.policy import parse_policy
from sviedka.core.seal.policy_terms import AuthorityKind
from sviedka.vault.clock import now
from sviedka.vault.durable import replace

sys.path.insert(0, str(Path(__file__).parents[1] / "unit"))

from small_authority import SmallAuthority
from small_dossier import private_key, public_key

EXTERNAL, INTERNAL = SmallAuthority("external authority"), SmallAuthority("internal authority")
AUTHORITIES = {"external.example": EXTERNAL, "internal": INTERNAL}
COSIGNER = "cosigner.example/one"


def configure(archive):
    from cryptography.hazmat.primitives.serialization import Encoding

    lines = [archive.config.read_text()]
    for name, authority in AUTHORITIES.items():
        root = archive.keys / "authorities" / f"{name}.pem"
        root.parent.mkdir(exist_ok=True)
        root.write_bytes(authority.root.public_bytes(Encoding.PEM))
        kind = "internal" if name == "internal" else "external"
        lines.append(
            f'[[time_authority]]\nname = "{name}"\nurl = "http://127.0.0.1:1/"\nkind = "{kind}"\n'
            f'root = "keys/authorities/{name}.pem"\n'
        )
    lines.append(f'[[cosigner]]\nvkey = "{public_key(COSIGNER, COSIGNER, key_type=4).vkey}"\n')
    archive.config.write_text("\n".join(lines))


def stamp(archive, size, name, word=StampWord.STAMPED, *, desk="minsk-1"):
    files = StampFiles(archive=archive, desk=desk, size=size, authority=name)
    kind = AuthorityKind.INTERNAL if name == "internal" else AuthorityKind.EXTERNAL
    moment = now().replace(microsecond=0)
    state = StampState(authority=name, kind=kind, state=word, since=moment, time=moment if word == "stamped" else None)
    if word is StampWord.STAMPED:
        authority = AUTHORITIES[name]
        files.write_chain(1, authority.chain, authority.crl)
        files.write_token(1, authority.stamp(sha256(files.frozen()).digest(), at=moment + timedelta(seconds=1)))
    files.write_state(1, state)


def cosign_newest(archive, desk="minsk-1"):
    checkpoint = parse_checkpoint(archive.checkpoint(desk).read_bytes())
    line = cosign(checkpoint.note.text, name=COSIGNER, private_key=private_key(COSIGNER), time=1_800_000_000)
    replace(archive.checkpoint(desk), checkpoint.data + line.encode(), mode=0o644)


def policy_text(keeper):
    lines = [f"witness one {public_key(COSIGNER, COSIGNER, key_type=4).vkey}", "quorum one"]
    lines += [f"#sviedka root {keeper.facts().root}", f"#sviedka tsa {EXTERNAL.fingerprint} external Outside"]
    lines += [f"#sviedka tsa {INTERNAL.fingerprint} internal Ours"]
    return "".join(f"{line}\n" for line in lines).encode()


def policy(keeper):
    return parse_policy(policy_text(keeper))
