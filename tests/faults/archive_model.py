# SPDX-License-Identifier: AGPL-3.0-or-later
"""A real archive beside a model of it, which knows only what was acknowledged: steps in any order, kills in between.

The steps are the commands' own calls, with real keys and files, in this process; a kill ends a forked process at the n-th of its storage
calls. A new operation is one more rule: it calls the real code, and notes in the model what it was promised.
"""

import gc
import os
import shutil
import signal
import sys
import tempfile
import time
from hashlib import sha256
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

sys.path.insert(0, str(Path(__file__).parents[1] / "stores"))

CONTENTS = st.binary(max_size=200) | st.builds(
    lambda byte, size: bytes([byte]) * size, st.integers(0, 255), st.integers(0, 70_000)
)
WORDS = st.integers(0, 10**6).map(str)
KILL_AT = st.integers(1, 70)
STEPS = ("write", "link", "rename", "unlink", "fsync", "fchmod", "mkdir", "ftruncate")


class Template:
    """An archive with a small case whose dossier can be built; copied for each run, since founding costs more than copying."""

    def __init__(self):
        from dossier_case import allow_many_openings, fill

        from sviedka.store.connect import disconnect

        self.folder = Path(tempfile.mkdtemp(prefix="sviedka-model-", dir=memory()))
        archive = self.found()
        allow_many_openings(archive)
        fill(archive, self.keeper_of(archive), self.folder)
        disconnect()

    def found(self):
        """Found it; return the archive."""
        from archive_kit import found

        return found(self.folder)

    def keeper_of(self, archive):
        """Open every key of an archive that is this one or a copy."""
        from archive_kit import LocalKeeper

        return LocalKeeper(archive)

    def copy(self):
        """Return a folder with a copy of its own."""
        folder = Path(tempfile.mkdtemp(prefix="sviedka-run-", dir=memory()))
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        return folder


def memory():
    """Return where runs lie: in memory if that can be, because they are many and no power is cut here."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108


def killed_at(number, work):
    """Do `work(say)` in a process that is killed at its `number`-th storage call; return (what it said, whether it was killed)."""
    reader, writer = os.pipe()
    _wait_for_threads()
    child = os.fork()
    if child == 0:
        gc.freeze()  # finalizers of what the parent has done with wait for threads that no fork copies
        try:
            say, left = os.write, [number]
            for name in STEPS:
                setattr(os, name, _counting(getattr(os, name), left))
            work(lambda words: say(writer, f"{words}\n".encode()))
        finally:
            os._exit(0)
    os.close(writer)
    said = b""
    while piece := os.read(reader, 65536):
        said += piece
    os.close(reader)
    killed = os.WIFSIGNALED(os.waitpid(child, 0)[1])
    return said.decode().splitlines(), killed


def _wait_for_threads():
    """Wait until threads that were joined are gone: while they end they hold locks of OpenSSL, which a fork would copy held."""
    for _ in range(1_000):
        if _threads() <= LASTING:
            return
        time.sleep(0.001)


def _threads():
    return len(list(Path("/proc/self/task").iterdir()))


LASTING = _threads()
"""Threads that there were before any test: those of whoever runs it."""


def _counting(call, left):
    def counted(*given, **named):
        left[0] -= 1
        if left[0] <= 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return call(*given, **named)

    return counted


class ArchiveModel(RuleBasedStateMachine):
    """Steps on one archive, and what it has to keep."""

    founding = Template
    template = None
    steps = kills = 0

    @initialize()
    def begin(self):
        """Copy the template and unlock it."""
        from sviedka.vault.layout import Archive

        cls = ArchiveModel
        cls.template = cls.template or self.founding()
        self.folder = self.template.copy()
        self.archive = Archive(root=self.folder / "archive")
        self.contents, self.labels, self.heads, self.said = {}, set(), [], 0
        self.prepare()
        self.keeper = self.template.keeper_of(self.archive)

    def prepare(self):
        """Have ready what further rules need."""

    def teardown(self):
        """Look at everything once more, then remove it."""
        from sviedka.store.connect import disconnect

        try:
            if hasattr(self, "archive"):
                self.unlock()
                self.look_at_everything()
        finally:
            disconnect()
            shutil.rmtree(getattr(self, "folder", "/nonexistent"), ignore_errors=True)

    @rule(content=CONTENTS)
    @precondition(lambda self: self.keeper)
    def seal(self, content):
        """Seal a file."""
        self.contents[self._deposit(content)] = content

    @rule(word=WORDS)
    @precondition(lambda self: self.keeper)
    def record(self, word):
        """Record a person and a source."""
        self.labels |= self._record(word)

    @rule()
    @precondition(lambda self: self.keeper)
    def checkpoint(self):
        """Sign the head."""
        from sviedka.store.checkpointing import make_checkpoint

        self.heads.append(make_checkpoint(self.archive, self.keeper))

    @rule(content=CONTENTS, word=WORDS, number=KILL_AT)
    @precondition(lambda self: self.keeper)
    def killed_while_sealing_and_recording(self, content, word, number):
        """Seal, record and sign in a process that is killed on the way."""
        from sviedka.store.checkpointing import make_checkpoint
        from sviedka.store.connect import disconnect

        def work(say):
            say(f"item {self._deposit(content)}")
            say(" ".join(["labels", *self._record(word)]))
            say(f"head {make_checkpoint(self.archive, self.keeper).data.hex()}")

        disconnect()
        lines, killed = killed_at(number, work)
        ArchiveModel.kills += killed
        for line in lines:
            self._note(line, content)

    def _note(self, line, content):
        from sviedka.core.seal.checkpoint import parse_checkpoint

        kind, *words = line.split()
        if kind == "item":
            self.contents[words[0]] = content
        elif kind == "labels":
            self.labels |= set(words)
        else:
            self.heads.append(parse_checkpoint(bytes.fromhex(words[0])))

    @rule(data=st.data())
    @precondition(lambda self: self.keeper and self.contents)
    def open(self, data):
        """Open an item: it is what was sealed."""
        item = data.draw(st.sampled_from(sorted(self.contents)))
        self._opens(item)

    @rule()
    @precondition(lambda self: self.keeper)
    def lock(self):
        """End the keeper and every connection."""
        from sviedka.store.connect import disconnect

        disconnect()
        self.keeper.keyring.wipe()
        self.keeper = None

    @rule()
    @precondition(lambda self: not self.keeper)
    def unlock(self):
        """Begin again from the passphrase."""
        self.keeper = self.keeper or self.template.keeper_of(self.archive)

    @rule()
    @precondition(lambda self: self.keeper)
    def rebuild(self):
        """Drop the projections and make them again: they are the same."""
        from sviedka.store.rebuild import rebuild
        from sviedka.store.session import open_store
        from sviedka.store.upkeep.dumping import digest_tables

        live = digest_tables(open_store(self.archive, self.keeper))
        rebuild(self.archive, self.keeper)
        assert digest_tables(open_store(self.archive, self.keeper)) == live

    @rule()
    @precondition(lambda self: self.keeper)
    def rotate(self):
        """Carry all that lives to a new key and destroy the old one."""
        from sviedka.store.taking_back.rotation import rotate

        rotate(self.archive, self.keeper)

    @rule(number=st.integers(1, 200))
    @precondition(lambda self: self.keeper)
    def killed_while_rotating(self, number):
        """Rotate in a process that is killed on the way; whoever comes next opens everything, before it goes on and after."""
        from sviedka.store.connect import disconnect
        from sviedka.store.taking_back.rotation import rotate

        disconnect()
        ArchiveModel.kills += killed_at(number, lambda _say: rotate(self.archive, self.keeper))[1]
        self.lock()
        self.unlock()

    @rule(data=st.data())
    @precondition(lambda self: self.keeper and self.heads)
    def dossier(self, data):
        """Build a dossier: it verifies against our policy as far as it can, without one it is unproven, and one changed byte is found."""
        from dossier_case import write_spec

        from sviedka.core.seal.policy import parse_policy
        from sviedka.store.dossier.building import build_dossier
        from sviedka.store.pinning import policy_to_pin
        from sviedka.verify.dossier import verify_dossier

        out = self.folder / "dossier"
        build_dossier(self.archive, self.keeper, write_spec(self.folder / "spec.yaml"), out=out)
        policy = parse_policy(policy_to_pin(self.archive, self.keeper))
        parts = {part.name.value: part.verdict.value for part in verify_dossier(out, policy=policy).parts}
        assert {parts[name] for name in ("unaltered", "origin", "consent")} == {"holds"}, parts
        assert verify_dossier(out, policy=None).verdict.value == "unproven"
        path = data.draw(
            st.sampled_from(sorted(path for path in out.rglob("*") if path.is_file() and path.stat().st_size))
        )
        changed = bytearray(path.read_bytes())
        changed[data.draw(st.integers(0, len(changed) - 1))] ^= 1 << data.draw(st.integers(0, 7))
        path.write_bytes(changed)
        assert verify_dossier(out, policy=policy).verdict.value in {"refuted", "malformed"}, path.name
        shutil.rmtree(out)

    @invariant()
    def all_that_was_acknowledged_is_there(self):
        """Every item and record once, the log without a gap, never shorter than it was."""
        ArchiveModel.steps += 1
        if not getattr(self, "keeper", None):
            return
        from sviedka.store.session import open_store

        connection = open_store(self.archive, self.keeper).connection
        items = [item for (item,) in connection.execute("SELECT item FROM store_item WHERE payload_sha256 IS NOT NULL")]
        assert len(items) == len(set(items))
        assert self.contents.keys() <= set(items)
        assert self.labels <= {label for (label,) in connection.execute("SELECT label FROM store_label")}
        own = "SELECT count(*), max(leaf_index) FROM store_statement WHERE desk = 'minsk-1'"
        count, last = connection.execute(own).fetchone()
        assert count == last + 1 >= self.said
        self.said = count

    def look_at_everything(self):
        """Every byte, every item, every head that was ever signed, and the projections made again."""
        from sviedka.core.base.ids import parse_origin
        from sviedka.core.seal.merkle_proof import verify_consistency
        from sviedka.store.checkpointing import load_log
        from sviedka.store.session import open_store
        from sviedka.vault.scrub import check

        tree = load_log(open_store(self.archive, self.keeper), parse_origin(self.keeper.facts().origin)[1])
        for head in self.heads:
            verify_consistency(
                old_size=head.size,
                old_root=head.root,
                new_size=tree.size,
                new_root=tree.root(),
                proof=tree.consistency(head.size),
            )
        found = check(self.archive, full=True).findings
        assert [finding for finding in found if finding.verdict in {"refuted", "malformed"}] == []
        for item in self.contents:
            self._opens(item)
        self.rebuild()

    def _deposit(self, content, **options):
        from sviedka.store.deposit.depositing import deposit

        path = self.folder / "original.bin"
        path.write_bytes(content)
        (sealed,) = deposit(self.archive, self.keeper, [path], case="model", **options).sealed
        return sealed.item_id

    def _record(self, word, archive=None, keeper=None):
        from writers import BOOK, parse_labels

        from sviedka.store.records.recording import record

        text = BOOK.format(case="model", word=word)
        (self.folder / "book.yaml").write_text(text)
        record(archive or self.archive, keeper or self.keeper, self.folder / "book.yaml")
        return parse_labels(text)

    def _opens(self, item):
        from sviedka.store.deposit.opening import open_item

        out = self.folder / "opened"
        open_item(self.archive, self.keeper, item, out=out, purpose="a test of the model")
        assert sha256(out.read_bytes()).digest() == sha256(self.contents[item]).digest()
        out.unlink()
