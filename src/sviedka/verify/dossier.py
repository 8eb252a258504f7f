# SPDX-License-Identifier: AGPL-3.0-or-later
"""Verifying a dossier: the steps in their order, and the report (spec §8.11, §8.12).

What is wrong with a dossier is in the report, never an exception. What stops the program from judging at all (no file,
no memory) is raised.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sviedka.core.disclose.bag_paths import BAG_INFO, PROOFS, STATEMENTS, is_exhibit
from sviedka.core.disclose.manifest import format_bag_info
from sviedka.core.seal.keylist import UserKey
from sviedka.verify.batches import gather_statements
from sviedka.verify.codes import VERDICTS
from sviedka.verify.container import Container, ContainerMalformed
from sviedka.verify.contents import Contents, read_contents
from sviedka.verify.crew import Crew
from sviedka.verify.exhibits import FileFacts, check_exhibits_sealed
from sviedka.verify.facts import Opened, Sound, empty_facts, facts_of_contents, facts_of_files
from sviedka.verify.findings import Findings, PartName, Verdict
from sviedka.verify.layout import check_layout, read_listing
from sviedka.verify.parts import check_parts, unchecked_parts
from sviedka.verify.report import Report
from sviedka.verify.sealing import Seal, check_bound, check_exhibits, read_seal, read_tag_files
from sviedka.verify.signatures import Keys, check_consistency, check_signatures, keys_by_kid
from sviedka.verify.sources import open_container
from sviedka.verify.statement_check import HELD, CheckedStatement, Root, StatementContext
from sviedka.verify.succeeded import check_successions

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from sviedka.core.base.progress import Progress
    from sviedka.core.seal.note import VerifierKey
    from sviedka.core.seal.policy import Policy

MAX_STATEMENTS: Final = 250_000
"""Lines of each list. A statement has over a kilobyte, so that no more fit; empty lines would, by the million."""


def verify_dossier(source: Path, *, policy: Policy | None, progress: Progress | None = None) -> Report:
    """Judge the dossier at `source`, a folder or a ZIP file.

    Untrusted: everything in it. Trusted: `policy`, which comes from somewhere else; without one nothing holds.

    Raises:
        DossierUnreadable: There is nothing there, or the bytes do not come.

    Source: spec/08-dossier.md. Vectors: spec/vectors/dossier/.
    """
    return verify_container(open_container(source), policy=policy, progress=progress)


def verify_container(container: Container, *, policy: Policy | None, progress: Progress | None = None) -> Report:
    """Judge the dossier in `container`; as `verify_dossier`."""
    return _Verification(container, policy, progress).run()


class _Verification:
    """One run. Each step adds to the findings; a step that stops ends the part."""

    def __init__(self, container: Container, policy: Policy | None, progress: Progress | None) -> None:
        self._container = container
        self._policy = policy
        self._progress = progress
        self._facts = empty_facts(policy_given=policy is not None)

    def run(self) -> Report:
        findings = Findings(VERDICTS)
        with Crew(self._container, self._progress) as crew:
            sound = self._check_unaltered(findings, crew)
        others = unchecked_parts() if sound is None else check_parts(sound, self._policy, self._facts)
        return Report(parts=(findings.close(PartName.UNALTERED), *others), facts=self._facts)

    def _check_unaltered(self, findings: Findings, crew: Crew) -> Sound | None:
        opened = self._open(findings, crew)
        if opened is None:
            return None
        # Steps 9 to 11 need no exhibit, and hashing those takes longest: the steps go ahead, and the statements are
        # checked while exhibits are hashed. What they find counts only once step 8 has passed.
        later = Findings(VERDICTS)
        context = None if findings.must_stop() else _read(opened, later)
        if context is not None:
            crew.start_checking(context, opened.statements, opened.proofs)
        crew.finish()
        check_exhibits(crew.digests(), opened.listing, findings)
        if findings.must_stop():
            return None
        findings.take(later)
        self._facts |= facts_of_files(opened)
        self._facts |= facts_of_contents(opened)
        if context is None or opened.contents is None or opened.keys is None:
            return None  # steps 9 to 11 have stopped
        statements = gather_statements(crew.batches(), findings)
        if findings.must_stop():
            return None
        return self._finish(opened, opened.contents, opened.keys, statements, findings)

    def _open(self, findings: Findings, crew: Crew) -> Opened | None:
        """Take steps 1 to 8 as far as they concern tag files; the exhibits are being hashed meanwhile."""
        try:
            listed = self._container.entries()
        except ContainerMalformed:
            findings.add("container.malformed")
            return None
        entries = check_layout(listed, findings)
        listing = None if findings.must_stop() else read_listing(self._container, entries, findings)
        if listing is None or findings.must_stop():
            return None
        seal = read_seal(self._container, entries, findings)
        if seal is None:
            return None
        crew.start_hashing([entries[path] for path in listing.exhibits])
        files = read_tag_files(self._container, entries, listing, findings)
        check_bound(seal.text, listing, files, findings)
        return Opened(entries=entries, listing=listing, seal=seal, files=files)

    def _finish(
        self,
        opened: Opened,
        contents: Contents,
        keys: Keys,
        statements: tuple[CheckedStatement, ...],
        findings: Findings,
    ) -> Sound | None:
        self._facts["statements"] = len(statements)
        self._facts["withheld_digests"] = sum(statement.withheld for statement in statements)
        by_jti = {statement.jti: statement for statement in statements}
        described = {
            path: FileFacts(sha256=digest, size_bytes=opened.entries[path].size_bytes)
            for path, digest in opened.listing.exhibits.items()
        }
        check_exhibits_sealed(contents.exhibits, described, by_jti, findings)
        check_successions(contents, statements, findings)
        if findings.must_stop():
            return None
        self._facts["persons"] = len({line.person for line in contents.persons})
        if findings.worst is Verdict.HOLDS:
            findings.add("unaltered.matches-seal", count=len(opened.entries))
        return Sound(files=opened.files, seal=opened.seal, contents=contents, keys=keys, statements=statements)


def _read(opened: Opened, findings: Findings) -> StatementContext | None:
    """Take steps 9 to 11; None goes with findings that stop."""
    exhibits = [entry for path, entry in opened.entries.items() if is_exhibit(path)]
    octets = sum(entry.size_bytes for entry in exhibits)
    expected = format_bag_info(as_of=opened.seal.text.as_of, exhibit_bytes=octets, exhibits=len(exhibits))
    if opened.files[BAG_INFO] != expected:
        findings.add("bag-info.differs")
    contents = read_contents(opened.files, frozenset(opened.listing.exhibits), findings)
    if opened.files[STATEMENTS].count(b"\n") > MAX_STATEMENTS:
        findings.add("tag-file.malformed", STATEMENTS)
    elif opened.files[PROOFS].count(b"\n") > MAX_STATEMENTS:
        findings.add("tag-file.malformed", PROOFS)
    else:
        opened.statements = _split(opened.files[STATEMENTS])
        opened.proofs = _split(opened.files[PROOFS])
        if len(opened.statements) != len(opened.proofs):
            findings.add("tag-file.malformed", PROOFS)
    if contents is None or findings.must_stop():
        return None
    opened.contents = contents
    opened.keys = check_signatures(opened.files, opened.seal, contents, findings)
    if opened.keys is None:
        return None
    for log in contents.logs:
        check_consistency(log, findings)
    if findings.must_stop():
        return None
    opened.is_consistent = True
    return _context(contents, opened.seal)


def _split(data: bytes) -> list[bytes]:
    """Split into lines; a last line without line feed keeps a mark that no line may have."""
    if not data:
        return []
    *lines, rest = data.split(b"\n")
    return [*lines, rest + b"\0"] if rest else lines


def _context(contents: Contents, seal: Seal) -> StatementContext:
    roots = {(log.number, 0): Root(size=log.checkpoint.size, root=log.checkpoint.root) for log in contents.logs}
    for log in contents.logs:
        for number, head in enumerate(log.heads, start=1):
            roots[log.number, number] = Root(size=head.checkpoint.size, root=head.checkpoint.root)
        successor = contents.key_list.find_successor(log.origin)
        if successor is not None:
            roots[log.number, HELD] = Root(size=successor.held.size, root=successor.held.root)
    users: dict[str, list[tuple[VerifierKey, datetime | None]]] = {}
    for entry in contents.key_list.entries:
        if isinstance(entry, UserKey):
            users.setdefault(entry.user, []).append((entry.key, contents.key_list.revoked_at(entry.key)))
    return StatementContext(
        origins={log.number: log.origin for log in contents.logs},
        roots=roots,
        keys=keys_by_kid(contents.key_list),
        users={user: tuple(keys) for user, keys in users.items()},
        key_list=contents.key_list,
        as_of=seal.text.as_of,
    )
