# SPDX-License-Identifier: AGPL-3.0-or-later
"""A small archive for the store's tests: real keys, a real vault, and a keeper without its process."""

from dataclasses import replace

from sviedka.core.base.ids import SubjectId
from sviedka.core.seal.assertion import format_assertion
from sviedka.core.seal.statement import compose
from sviedka.keeper.asserting import with_passphrase
from sviedka.keeper.founding import found_archive
from sviedka.keeper.identity_openings import IdentityDesk
from sviedka.keeper.jobs import resolve_name
from sviedka.keeper.link_runs import LinkDesk
from sviedka.keeper.login import open_keyring
from sviedka.keeper.service import LINKAGE_JOB, LISTS_JOB, Service
from sviedka.keeper.wrapping import KdfCost
from sviedka.store.connect import disconnect
from sviedka.store.drafting import Drafter, Saying
from sviedka.store.labels import LabelIds
from sviedka.store.session import open_store
from sviedka.vault.clock import now
from sviedka.vault.entropy import new_id, random_bytes

PASSPHRASE = b"correct horse battery staple"
CHEAP = KdfCost(memory_kib=64, passes=1, lanes=1)
CASE = SubjectId("c" * 32)


class LocalKeeper:
    """Answers like `keeper.client.Keeper`, in this process. Jobs close our connection first, as another process would not share it."""

    def __init__(self, archive, keyring=None):
        self.keyring = keyring or open_keyring(archive, bytearray(PASSPHRASE), clock=now)
        self._service = Service(self.keyring, locks_at=now)
        self.jobs = []
        self.assertor = with_passphrase(archive, self.keyring.actor, lambda _: bytearray(PASSPHRASE))

    def facts(self):
        return self.keyring.facts()

    def compose(self, drafts):
        return self.keyring.compose(drafts)

    def prepare(self, drafts):
        return self.keyring.prepare(drafts)

    def finish(self, asserted):
        return self.keyring.finish([(pending.handle, format_assertion(assertion)) for pending, assertion in asserted])

    def deposit_identity(self, draft, identity):
        return self.keyring.deposit_identity(draft, identity)

    def order_identity(self, request, deposit):
        return IdentityDesk(self.keyring).order(request, deposit)

    def open_identity(self, order, peel, record, deposit):
        return IdentityDesk(self.keyring).open(order, peel, record, deposit)

    def order_linkage(self, request, deposits):
        return LinkDesk(self.keyring).order(request, deposits)

    def run_linkage(self, order, peel, record, deposits, lists=None):
        digest = None if lists is None else lists["lists_sha256"]
        opened = LinkDesk(self.keyring).open(order, peel, record, deposits, digest)
        keys = replace(self._service.job_keys(), name_keys=opened)
        return resolve_name(LINKAGE_JOB if lists is None else LISTS_JOB)(keys, lists, lambda *_: None)

    def new_cells(self, count):
        return self.keyring.new_cells(count)

    def open_records(self):
        return self.keyring.heads.open_records.indexes()

    def sign_checkpoint(self, size, root, consistency, openings=None):
        return self.keyring.heads.sign(size=size, root=root, consistency=consistency, openings=openings)

    def unwrap(self, item_id, receipt, sealing):
        return self.keyring.unwrap(SubjectId(item_id), receipt, sealing)

    def database_key(self):
        return self.keyring.database_key()

    def label_key(self):
        return self.keyring.label_key()

    def seal_dossier(self, text):
        return self.keyring.seal_dossier(text)

    def run_job(self, name, arguments, progress=None):
        self.jobs.append(name)
        disconnect()
        result = resolve_name(name)(self._service.job_keys(), arguments, progress or (lambda *_: None))
        open_again(self)
        return result

    def watch(self, on_lock):
        pass

    def forget(self):
        pass


def sign_unasserted(keyring, drafts):
    """Sign with the desk's and the author's real keys as a keeper did that knew no assertions, or a patched one would."""
    return [
        compose(
            one,
            origin=keyring.config.origin,
            desk_key=keyring.statement_key,
            desk_kid=keyring._kid,
            author=keyring.actor,
            author_key=keyring.user_key,
            cell_keys=keyring.cells,
            entropy=random_bytes,
        )
        for one in drafts
    ]


def open_again(keeper):
    from sviedka.store.connect import connect

    connect(keeper.keyring.archive, keeper.database_key())


def found(folder):
    return found_archive(
        folder / "archive", archive_name="archive.example", desk="minsk-1", passphrase=bytearray(PASSPHRASE), cost=CHEAP
    ).archive


def lose_projections(archive):
    """Let an archive's projections be gone, as if they had never been."""
    import psycopg

    from sviedka.store.place import FilePlace, place_of
    from sviedka.store.postgresql.session import parameters

    disconnect()
    place = place_of(archive)
    if isinstance(place, FilePlace):
        for path in place.path.parent.iterdir():
            path.unlink()
        return
    with psycopg.connect(**parameters(place, owner=True)) as owner:
        owner.execute("DROP SCHEMA sviedka CASCADE")


def ids_of(keeper):
    return LabelIds(keeper.label_key())


def drafts(archive, keeper, sayings):
    drafter = Drafter(open_store(archive, keeper), archive_cell=keeper.facts().archive_cell)
    return [drafter.draft(saying, now()) for saying in sayings]


def source(title="A report", *, jti=None, subject=None, case=CASE, **fields):
    return Saying(
        jti=jti or new_id(),
        case=case,
        type="source/1",
        subject=subject or new_id(),
        fields={"kind": "document", "title": title, "reliability": "B", **fields},
    )


def person(keeper, pseudonym="Alpha"):
    (cell,) = keeper.new_cells(1)
    subject = new_id()
    return Saying(
        jti=new_id(),
        case=CASE,
        type="person/1",
        subject=subject,
        fields={"cell": cell, "pseudonym": pseudonym, "counting_unit": "individual"},
    )


def claim(*, jti=None, subject=None, case=CASE, **fields):
    said = {
        "about": {"case": CASE},
        "predicate": "injury",
        "value": "something",
        "stance": "asserts",
        "basis": "hearsay",
        "citation": [new_id()],
        "credibility": 3,
        "status": "accepted",
    }
    return Saying(jti=jti or new_id(), case=case, type="claim/1", subject=subject or new_id(), fields=said | fields)


def admit_all(archive, keeper, sayings):
    from sviedka.store.admission import admit

    return admit(archive, keeper, drafts(archive, keeper, sayings))


def case_of(keeper, label):
    return ids_of(keeper).case(label)


def statements_of(keeper, case, subject):
    """Read every statement of a subject back from its leaf and passages, in the order of the log."""
    from sviedka.core.seal.statement import parse_jwt, read_disclosures
    from sviedka.store.models import Passage, Statement
    from sviedka.store.scope import in_cases

    with in_cases(case_of(keeper, case)):
        rows = list(Statement.objects.filter(subject=subject).order_by("leaf_index"))
        return [
            read_disclosures(
                parse_jwt(row.jwt.encode()),
                [text for passage in Passage.objects.filter(statement=row) for text in passage.disclosures],
            )
            for row in rows
        ]
