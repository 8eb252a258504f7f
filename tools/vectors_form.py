# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the makers of test vectors share: the form of a file, and signatures put together by hand.

No code of `sviedka` is used: signature lines are made here as C2SP signed-note and tlog-cosignature say. The form of the
files is in spec/vectors/log.README.md.
"""

from __future__ import annotations

import base64
import json
import re
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ROOT = Path(__file__).resolve().parent.parent / "spec" / "vectors"
FILES: dict[str, bytes] = {}

HOLDS = "holds"


def b64(data: bytes) -> str:
    """Return standard base64."""
    return base64.b64encode(data).decode()


def vector(topic: str, sentence: str, check: str, given: dict, **expect: object) -> None:
    """Add one file; `expect` holds `verdict` unless `code` says what kind of failure it is."""
    code = expect.get("code")
    expect["verdict"] = HOLDS if code is None else str(code).partition(".")[0]
    folder = "accept" if code is None else "reject"
    name = re.sub("[^a-z0-9]+", "-", sentence.lower()).strip("-")
    path = f"{topic}/{folder}/{name}.json"
    if path in FILES:
        raise SystemExit(f"two vectors are called {path}")
    body = {"about": sentence, "check": check, "expect": expect, "given": given}
    FILES[path] = json.dumps(body, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"


def private(seed: int) -> Ed25519PrivateKey:
    """Return the key of seed 32 times one byte; 0 and 32 stand for the seeds 00…1f and 20…3f."""
    return Ed25519PrivateKey.from_private_bytes(
        bytes(range(seed, seed + 32)) if seed in (0, 32) else bytes([seed]) * 32
    )


def public(seed: int) -> bytes:
    """Return its public half."""
    return private(seed).public_key().public_bytes_raw()


def key_id(name: str, kind: int, material: bytes) -> bytes:
    """Return the four bytes of a key id."""
    return sha256(name.encode() + b"\n" + bytes([kind]) + material).digest()[:4]


def vkey(name: str, seed: int, kind: int = 1) -> str:
    """Return a verifier key."""
    material = public(seed)
    return f"{name}+{key_id(name, kind, material).hex()}+{b64(bytes([kind]) + material)}"


def kid(verifier: str) -> str:
    """Return name and id of a verifier key, without the key (whose base64 may hold a plus sign too)."""
    return "+".join(verifier.split("+")[:2])


def line(name: str, seed: int, message: bytes) -> bytes:
    """Return a signature line."""
    return f"\u2014 {name} {b64(key_id(name, 1, public(seed)) + private(seed).sign(message))}\n".encode()


def coline(name: str, seed: int, text: bytes, time: int) -> bytes:
    """Return a cosignature line."""
    signature = private(seed).sign(b"cosignature/v1\ntime %d\n" % time + text)
    blob = key_id(name, 4, public(seed)) + time.to_bytes(8, "big") + signature
    return f"\u2014 {name} {b64(blob)}\n".encode()


def note(text: bytes, *lines: bytes) -> bytes:
    """Return a signed note."""
    return text + b"\n" + b"".join(lines)


def flip(data: bytes, at: int, bit: int = 0) -> bytes:
    """Return `data` with one bit changed."""
    changed = bytearray(data)
    changed[at] ^= 1 << bit
    return bytes(changed)


def write(files: dict[str, bytes], arguments: list[str]) -> int:
    """Write `files` below spec/vectors, or with `--check` say which differ; files of these topics beyond them go."""
    topics = {name.partition("/")[0] for name in files}
    there = {str(file.relative_to(ROOT)) for topic in topics for file in (ROOT / topic).rglob("*.json")}
    if "--check" in arguments:
        wrong = sorted(there ^ set(files)) + sorted(
            name for name in there & set(files) if (ROOT / name).read_bytes() != files[name]
        )
        print("\n".join(wrong) or f"{len(files)} vectors are as made")
        return 1 if wrong else 0
    for name in there - set(files):
        (ROOT / name).unlink()
    for name, data in files.items():
        (ROOT / name).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / name).write_bytes(data)
    print(f"{len(files)} vectors written")
    return 0
