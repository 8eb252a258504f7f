# SPDX-License-Identifier: AGPL-3.0-or-later
"""`sviedka dossier`: what leaves the archive, if everybody in it has agreed to that.

In this order: what is asked for is read; what may be shown of it is chosen; everybody who appears in that is asked
for, and one missing grant stops the build and is recorded; originals are opened, each opening recorded first; the bag
is written, sealed by the desk, verified as a stranger would, made durable, recorded as built, and only then named.
The same SPEC and checkpoint give the same bytes.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from sviedka.anchor.config import read_cosigners
from sviedka.core.base.errors import Refuted
from sviedka.core.base.ids import StatementId, SubjectId, is_id, parse_origin
from sviedka.core.disclose.bag import BagContent, BagStatement, draft_bag, finish_bag
from sviedka.core.disclose.bag_paths import SEAL, SPEC, TAG_MANIFEST
from sviedka.core.disclose.dossier_spec import DossierSpec
from sviedka.core.disclose.report_facts import ReportFacts
from sviedka.core.disclose.wording import find_wording
from sviedka.core.seal.cosignature import verify_cosignatures
from sviedka.core.seal.keylist import parse_keylist
from sviedka.core.seal.note_key import parse_vkey
from sviedka.core.seal.statement import parse_jwt
from sviedka.store.admission import admit
from sviedka.store.connect import database_failures
from sviedka.store.dossier.companions import digest_of_page, read_page, write_companions
from sviedka.store.dossier.consents import refusal_fields, refusal_of
from sviedka.store.dossier.exhibits import describe_exhibits, open_exhibits
from sviedka.store.dossier.logs import read_logs, with_beginnings
from sviedka.store.dossier.order import DossierOrder, read_order
from sviedka.store.dossier.plan import Plan, make_plan
from sviedka.store.dossier.reading import read_case
from sviedka.store.dossier.result import BuiltDossier
from sviedka.store.dossier.sizes import read_sizes
from sviedka.store.dossier.writing import encrypted_path, publish, staging, write_encrypted, write_files
from sviedka.store.drafting import Drafter, Saying
from sviedka.store.labels import LabelIds
from sviedka.store.ledger import newest_leaf
from sviedka.store.scope import in_cases
from sviedka.store.session import open_store
from sviedka.vault.clock import now
from sviedka.vault.disk_errors import translating
from sviedka.vault.entropy import new_id
from sviedka.vault.frozen import read_frozen
from sviedka.verify.dossier import verify_dossier
from sviedka.verify.findings import PartName, Verdict

if TYPE_CHECKING:
    from pathlib import Path

    from sviedka.core.base.canonical import Json
    from sviedka.core.base.progress import Progress
    from sviedka.core.disclose.bag import BagExhibit
    from sviedka.core.seal.note_key import VerifierKey
    from sviedka.keeper.client import Keeper
    from sviedka.store.dossier.logs import Logs
    from sviedka.store.dossier.sizes import LogSizes
    from sviedka.vault.layout import Archive


class DossierFaulty(Refuted):
    """What was built does not verify: the vault or the database holds something else than the log."""

    code = "refuted.dossier-build"
    hint = "Nothing was handed over. Run sviedka check --full."


def build_dossier(
    archive: Archive,
    keeper: Keeper,
    spec: Path,
    *,
    out: Path,
    progress: Progress | None = None,
) -> BuiltDossier:
    """Build the dossier that the SPEC file asks for.

    Args:
        archive: Where it comes from.
        keeper: Opens originals and seals, as the person who is logged in.
        spec: The SPEC; see `dossier_order`.
        out: The folder to be made; the encrypted form lies beside it with `.zip.age` after its name.
        progress: Told the bytes decrypted since the last call.

    Raises:
        SpecRefused, YamlRefused: The SPEC is not understood.
        CheckpointMissing, CaseEmpty: There is nothing that could be proven.
        ConsentMissing: Somebody has not agreed. The refusal is recorded, nothing was opened.
        DossierFaulty: What was built does not verify. Nothing stands at `out`.
        AlreadyThere, DiskFull, ReadOnly, DiskError: Nothing stands at `out`.
        Frozen: It would hold something that was taken back.
        LimitReached, SlipLost, PayloadLost: An original could not be opened; see `open_item`.
    """
    return _Build(archive, keeper, read_order(spec)).run(out, progress)


class _Build:
    """One build."""

    def __init__(self, archive: Archive, keeper: Keeper, order: DossierOrder) -> None:
        self._archive = archive
        self._keeper = keeper
        self._order = order
        self._facts = keeper.facts()
        self._archive_name, self._desk = parse_origin(self._facts.origin)
        self._database = open_store(archive, keeper)
        with translating():
            self._key_list = parse_keylist(archive.keylist.read_bytes())

    def run(self, out: Path, progress: Progress | None) -> BuiltDossier:
        case = self._case()
        with in_cases(case):
            sizes = read_sizes(self._archive, self._database, self._key_list, self._facts.origin, self._order.at)
            material = read_case(desk=self._desk, under=sizes.under)
        material = with_beginnings(material, self._key_list, self._facts)
        plan = make_plan(
            material,
            self._order,
            archive_name=self._archive_name,
            today=now().date(),
            frozen=read_frozen(self._archive),
        )
        if plan.stopped:
            self._say(case, "dossier.refused/1", refusal_fields(self._order, plan.stopped))
            raise refusal_of(plan.stopped, plan.pseudonyms)
        logs = read_logs(
            self._archive,
            self._database,
            self._key_list,
            self._facts.origin,
            [one.held for one in plan.statements],
            under=sizes.under,
            as_of=material.as_of,
        )
        with staging(out) as folder:
            items = {item.item: item for item in plan.selection.exhibits}
            exhibits = open_exhibits(self._archive, self._keeper, self._order, plan.paths, items, folder, progress)
            return self._finish(case, plan, logs, sizes, exhibits, folder, out)

    def _finish(
        self,
        case: SubjectId,
        plan: Plan,
        logs: Logs,
        sizes: LogSizes,
        exhibits: tuple[BagExhibit, ...],
        folder: Path,
        out: Path,
    ) -> BuiltDossier:
        page = read_page() if self._order.page else None
        spec = self._spec(case, plan, logs)
        facts = self._report_facts(spec, plan, logs, exhibits, digest_of_page(page))
        content = BagContent(
            spec=spec,
            withheld=plan.withheld,
            origin=self._facts.origin,
            as_of=plan.material.as_of,
            exhibits=exhibits,
            statements=_statements(plan, logs),
            persons=plan.persons,
            logs=tuple(log.bag_log(self._key_list) for log in logs.every),
            key_list=self._key_list.data,
            root=parse_vkey(self._facts.root),
            seal_key=self._seal_key(),
            readers=write_companions(facts, logs, page),
        )
        unsealed = draft_bag(content)
        files = finish_bag(unsealed, seal=self._keeper.seal_dossier(unsealed.seal_text), seal_key=content.seal_key)
        write_files(folder, files, at=content.as_of)
        _verify(folder)
        is_encrypted = self._encrypt(folder, content)
        recorded = self._say(case, "dossier.built/1", _built_fields(content, files))
        publish(folder, out)
        return BuiltDossier(
            folder=out,
            encrypted=encrypted_path(out) if is_encrypted else None,
            recorded=recorded,
            tagmanifest_sha256=sha256(files[TAG_MANIFEST]).hexdigest(),
            page_sha256=facts.page_sha256,
            statements=len(content.statements),
            exhibits=len(exhibits),
            persons=len(plan.agreed.relied_on),
            withheld={
                "exhibits": sum(plan.withheld.exhibits.values()),
                "passages": sum(plan.withheld.passages.values()),
                "statements": sum(plan.withheld.statements.values()),
            },
            built_at=spec.at,
            named=sizes.named,
            later=plan.material.later,
            elsewhere=plan.material.elsewhere,
            unstamped=facts.uncovered,
        )

    def _case(self) -> SubjectId:
        if is_id(self._order.case):
            return SubjectId(self._order.case)
        ids = LabelIds(self._keeper.label_key())
        try:
            return ids.case(self._order.case)
        finally:
            ids.wipe()

    def _seal_key(self) -> VerifierKey:
        """Return the key that the keeper signs with now: the building desk may have said nothing in this case."""
        with database_failures():
            leaf = newest_leaf(self._database, self._desk)
        return self._key_list.statement_key(parse_jwt(leaf).kid)

    def _spec(self, case: SubjectId, plan: Plan, logs: Logs) -> DossierSpec:
        order = self._order
        chosen = None if order.exhibits is None else tuple(sorted(plan.paths))
        return DossierSpec(
            case=case,
            purpose=order.purpose,
            recipient=order.recipient,
            at=logs.own.tree.size,
            language=order.language,
            exhibits=chosen,
            leave_out=len(plan.selection.choice.persons),
            report=order.report,
            page=order.page,
            authors=order.authors,
        )

    def _report_facts(
        self,
        spec: DossierSpec,
        plan: Plan,
        logs: Logs,
        exhibits: tuple[BagExhibit, ...],
        page_sha256: str | None,
    ) -> ReportFacts:
        keys = [cosigner.key for cosigner in read_cosigners(self._archive)]
        return ReportFacts(
            wording=find_wording(spec.language),
            spec=spec,
            origin=self._facts.origin,
            as_of=plan.material.as_of,
            statements=plan.statements,
            exhibits=describe_exhibits(exhibits, plan.paths, plan.received, plan.media),
            grants=plan.agreed.grants,
            withheld=plan.withheld,
            heads=tuple(head for log in logs.every for head in log.report_heads()),
            sizes={log.checkpoint.origin: log.checkpoint.size for log in logs.every},
            cosigners={
                log.checkpoint.origin: tuple(
                    sorted(one.key.name for one in verify_cosignatures(log.checkpoint.note, keys))
                )
                for log in logs.every
            },
            authorities=logs.own.authorities,
            root=self._facts.root,
            logs={log.checkpoint.origin: self._key_list.log_key(log.checkpoint.origin).vkey for log in logs.every},
            successions=logs.successions,
            page_sha256=page_sha256,
            uncovered=logs.uncovered([one.held for one in plan.statements]),
        )

    def _encrypt(self, folder: Path, content: BagContent) -> bool:
        recipient = content.spec.recipient.age
        if recipient is not None:
            write_encrypted(folder, encrypted_path(folder), recipient=recipient, at=content.as_of)
        return recipient is not None

    def _say(self, case: SubjectId, kind: str, fields: dict[str, Json]) -> StatementId:
        """Record what was done; it is durable when this returns."""
        saying = Saying(jti=StatementId(new_id()), case=case, type=kind, subject=SubjectId(new_id()), fields=fields)
        draft = Drafter(self._database, archive_cell=self._facts.archive_cell).draft(saying, now())
        (admitted,) = admit(self._archive, self._keeper, [draft])
        return admitted.jti


def _statements(plan: Plan, logs: Logs) -> tuple[BagStatement, ...]:
    return tuple(
        BagStatement(jwt=one.held.jwt, disclosures=one.disclosures, place=logs.place(one.held))
        for one in plan.statements
    )


def _verify(folder: Path) -> None:
    """Look at what was built as a stranger would: unaltered and consented must hold before anything leaves."""
    report = verify_dossier(folder, policy=None)
    for name in (PartName.UNALTERED, PartName.CONSENT):
        if report.part(name).verdict is not Verdict.HOLDS:
            found = ", ".join(finding.code for finding in report.part(name).findings)
            raise DossierFaulty("What was built does not verify: {found}.", found=found)


def _built_fields(content: BagContent, files: dict[str, bytes]) -> dict[str, Json]:
    recipient = content.spec.recipient
    persons: list[Json] = [{"person": person} for person in sorted({line.person for line in content.persons})]
    withheld = content.withheld
    fields: dict[str, Json] = {
        "purpose": content.spec.purpose.value,
        "recipient": {"kind": recipient.kind, "name": recipient.name},
        "seal_sha256": sha256(files[SEAL]).hexdigest(),
        "tagmanifest_sha256": sha256(files[TAG_MANIFEST]).hexdigest(),
        "spec_sha256": sha256(files[SPEC]).hexdigest(),
        "built_at": content.spec.at,
        "statements": len(content.statements),
        "exhibits": len(content.exhibits),
        "withheld": sum(sum(counts.values()) for counts in (withheld.exhibits, withheld.passages, withheld.statements)),
    }
    return fields | ({"persons": persons} if persons else {})
