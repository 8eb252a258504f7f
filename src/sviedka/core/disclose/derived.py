# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keys and notes cut up so that a stranger can check them with `openssl` alone.

Nothing new stands in these files: a verifier makes them again and compares. Spec: spec/08-dossier.md §8.9.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sviedka.core.base.encoding import encode_base64

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sviedka.core.seal.note import Note, VerifierKey

_SPKI_PREFIX: Final = bytes.fromhex("302a300506032b6570032100")
"""SubjectPublicKeyInfo of an Ed25519 key up to the key itself (RFC 8410 §4)."""


def format_pem(key: VerifierKey) -> bytes:
    """Return a public key as `openssl pkeyutl -pubin` reads it."""
    body = encode_base64(_SPKI_PREFIX + key.public)
    return f"-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n".encode("ascii")


def cut_note(note: Note, key: VerifierKey) -> tuple[bytes, bytes]:
    """Return what `key` signed and its signature (64 bytes); the caller has verified that it did sign."""
    signature = next(line.signature for line in note.signatures if line.claims(key))
    return note.text.encode("utf-8"), signature


def derived_files(*, key_list: Note, root: VerifierKey, seal_key: VerifierKey) -> Iterator[tuple[str, bytes]]:
    """Return the files of spec §8.9 that belong to the whole dossier; those of its logs are `derived_log_files`."""
    yield "keys/root.pem", format_pem(root)
    yield "keys/seal.pem", format_pem(seal_key)
    body, signature = cut_note(key_list, root)
    yield "byhand/keylist.body", body
    yield "byhand/keylist.sig", signature


def derived_log_files(number: int, *, checkpoint: Note, key: VerifierKey) -> Iterator[tuple[str, bytes]]:
    """Return the files of spec §8.9 that belong to one log."""
    yield f"keys/log-{number}.pem", format_pem(key)
    body, signature = cut_note(checkpoint, key)
    yield f"byhand/checkpoint-{number}.body", body
    yield f"byhand/checkpoint-{number}.sig", signature
