# SPDX-License-Identifier: AGPL-3.0-or-later
"""A reader of bytes or text that nobody fuzzes is found: each public one stands in the table of targets, or is called by one that does."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
TABLES = [ROOT / "tests" / "faults" / name for name in ("fuzz_targets.py", "fuzz_lists.py")]
READERS = ("parse_", "read_", "load_")
UNTRUSTED = (
    "bytes",
    "bytearray",
    "Buffer",
    "BinaryIO",
    "str",
    "Json",
    "Mapping[str, bytes]",
    "Mapping[str, Json]",
    "list[str]",
)

WITHIN = {
    "core.seal.checkpoint:parse_size": "checkpoint",
    "core.seal.credential:parse_credential": "key-list",
    "core.seal.identity_order:parse_order_text": "identity-order",
    "core.seal.keylist_lines:parse_entry": "key-list",
    "core.seal.link_order:parse_link_order_text": "link-order",
    "core.seal.note:parse_signature_line": "note",
    "core.seal.peel_proof:parse_digest": "identity-peel",
    "core.seal.peel_proof:parse_proofs": "identity-peel",
    "core.seal.stamp_der:read_element": "stamp-der",
    "keeper.frames:parse_length": "keeper-frame",
    "keeper.request_values:read_hash": "keeper-deposits",
    "keeper.request_values:read_proof": "keeper-deposits",
    "verify.contents:read_contents": "dossier",
    "vault.replica.heads_fetched:read_signed_head": "checkpoint",
}
"""Readers that are given a piece of what a target reads."""

NO_READERS = {
    "store.dossier.reading:read_beginning": "asks the data base for a desk's first statement",
}
"""Functions of such names that are given no bytes of anybody's."""


def readers(text, module):
    """Return `module:function` of every public reader in a module's text."""
    return {
        f"{module}:{node.name}"
        for node in ast.parse(text).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith(READERS) and _kind_of_first(node) in UNTRUSTED
    }


def _kind_of_first(node):
    annotation = node.args.args[0].annotation if node.args.args else None
    return annotation and ast.unparse(annotation).removesuffix(" | bytes | bytearray")


def fuzzed(text):
    """Return what a table names: by `module:function`, or by import inside of a target."""
    tree = ast.parse(text)
    named = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    imported = {
        f"{node.module.removeprefix('sviedka.')}:{each.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module
        for each in node.names
    }
    return named | imported


def _all_readers():
    source = ROOT / "src" / "sviedka"
    modules = {
        path: str(path.relative_to(source)).removesuffix(".py").replace("/", ".") for path in source.rglob("*.py")
    }
    return {each for path, module in modules.items() for each in readers(path.read_text("utf-8"), module)}


def test_every_reader_of_bytes_is_fuzzed():
    named = {each for path in TABLES for each in fuzzed(path.read_text("utf-8"))}
    assert _all_readers() - named - WITHIN.keys() - NO_READERS.keys() == set()


def test_what_is_excused_is_there_and_its_target_too():
    assert WITHIN.keys() | NO_READERS.keys() <= _all_readers()
    assert set(WITHIN.values()) <= fuzzed(TABLES[0].read_text("utf-8"))


def test_control_a_new_reader_is_seen():
    text = "def parse_new(data: bytes) -> int: ...\ndef _parse_own(data: bytes): ...\ndef read_it(path: Path): ..."
    assert readers(text, "core.new") == {"core.new:parse_new"}
    assert fuzzed('of_bytes("core.old:parse_old")') == {"core.old:parse_old"}
