# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every reader of bytes that come from outside, in one table: its name, what it is given, and where good examples are.

A reader may answer with a value or with one of our failures; whatever else comes out of it is a defect. Where a reader has a writer, what
was read is written again and has to be the same. A new reader is one more row.
"""

import base64
import binascii
import io
import json
import re
import tempfile
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import fuzz_lists

from sviedka.core.base.errors import Failure

ROOT = Path(__file__).resolve().parents[2]
VECTORS = ROOT / "spec" / "vectors"
REGRESSIONS = Path(__file__).with_name("fuzz_corpus")
"""What once came out as something else than a failure of ours, by target; tried again at every run."""

MOST_SEED_BYTES = 40_000
MOST_SEEDS = 120
"""Each is read before anything is changed, so more of them would leave less to the fuzzer."""

KEY = bytes(range(32))


@dataclass(frozen=True, kw_only=True)
class Target:
    """One reader.

    Attributes:
        read: Takes bytes; anything that it raises and that is no `Failure` is a defect.
        topics: Folders of test vectors with good and bad examples.
        examples: Further ones.
        share: Part of the runs that it gets; less for those that read a whole dossier.
    """

    name: str
    read: object
    topics: tuple = ()
    examples: tuple = ()
    share: float = 1.0

    def run(self, data):
        """Read `data`; return whether it was accepted."""
        try:
            self.read(data)
        except Failure:
            return False
        return True

    def seeds(self):
        """Return examples to begin with, each once, the shortest first, of every size."""
        found = {*self.examples, *(each for topic in self.topics for each in vector_parts(topic)), b""}
        ordered = sorted((seed for seed in found if len(seed) <= MOST_SEED_BYTES), key=lambda seed: (len(seed), seed))
        return ordered[:: -(-len(ordered) // MOST_SEEDS)]


def vector_parts(topic):
    """Yield every file of a topic's vectors, and of JSON ones each text in it, as it stands and as Base64 or hex of something."""
    for path in sorted((VECTORS / topic).rglob("*")):
        if path.suffix == ".json":
            yield from _texts(json.loads(path.read_bytes()))
        elif path.is_file():
            yield path.read_bytes()


def _texts(value):
    if isinstance(value, str):
        yield value.encode()
        for decode in (base64.b64decode, lambda text: base64.urlsafe_b64decode(text + "=="), bytes.fromhex):
            try:
                yield decode(value)
            except (ValueError, binascii.Error):
                continue
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)


def of_bytes(place, write=None):
    """Return a reader of bytes: `module:function`, and what writes it again."""
    parse = find(place)
    again = write and find(write)

    def read(data):
        value = parse(data)
        assert again is None or again(value) == data, "read, but not as it would be written"

    return read


def of_text(place, *, encoding="utf-8"):
    """Return a reader of text, given bytes; what is no text of that encoding stands for itself as code points."""
    parse = find(place)

    def read(data):
        try:
            parse(data.decode(encoding))
        except UnicodeDecodeError:
            parse(data.decode("latin-1"))

    return read


def of_json(place):
    """Return a reader of a JSON value."""
    parse, load = find(place), find("core.base.canonical:parse_any_spelling")
    return lambda data: parse(load(data, max_bytes=1 << 20))


def find(place):
    """Return `module:function` of the project."""
    module, _, name = place.partition(":")
    return getattr(import_module(f"sviedka.{module}"), name)


def _age_payload(data):
    from sviedka.core.seal.age_file import decrypt_bytes
    from sviedka.core.seal.age_keys import X25519Identity

    decrypt_bytes(data, X25519Identity.from_bytes(bytearray(KEY)))


def _age_example(plain):
    from sviedka.core.seal.age_file import encrypt_bytes
    from sviedka.core.seal.age_keys import X25519Identity

    recipient = X25519Identity.from_bytes(bytearray(KEY)).recipient()
    return encrypt_bytes(plain, [recipient], file_key=KEY[:16], nonce=KEY[16:], ephemerals=[KEY[::-1]])


def _bare_payload(data):
    from sviedka.core.seal.age_file import decrypt_payload

    decrypt_payload(data, file_key=KEY[:16])


def _stamp(data):
    from sviedka.core.seal.policy import AuthorityKind, PinnedAuthority
    from sviedka.core.seal.stamp import verify_stamp

    pin = PinnedAuthority(sha256="ab" * 32, kind=AuthorityKind.EXTERNAL, name="x")
    verify_stamp(token=data, digest=bytes(32), authorities=(pin,), chain=b"", crls=b"")


def _der(data):
    from sviedka.core.seal.stamp_der import read_children, read_whole

    waiting = [read_whole(data)]
    while waiting:
        element = waiting.pop()
        if element.tag & 0x20:
            waiting += read_children(data, element)


def _zip_directory(data):
    find("verify.zip_directory:read_directory")(io.BytesIO(data))


def _zip_dossier(data):
    from sviedka.verify.container import read_entry
    from sviedka.verify.zip_file import ZipContainer

    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        container = ZipContainer(Path(file.name))
        for entry in container.entries():
            read_entry(container, entry)


def _frame(data):
    find("keeper.frames:parse_frame")(bytearray(data))


def _composed(data):
    cut = len(data) // 2
    find("keeper.wire:parse_composed")(data[:cut], data[cut:])


def _opentimestamps(data):
    find("anchor.opentimestamps:read_proof_file")(data, digest=b"\x22" * 32)


def _canonical(data):
    parse, write = find("core.base.canonical:parse_canonical"), find("core.base.canonical:encode_canonical")
    assert write(parse(data, max_bytes=1 << 20)) == data


def _any_spelling(data):
    find("core.base.canonical:parse_any_spelling")(data, max_bytes=1 << 20)


def _lines(place):
    parse_lines, parse = find("core.disclose.manifest:parse_lines"), find(place)
    return lambda data: parse_lines(data, parse)


def _statement(data):
    """A token and its disclosures, each on a line, as a stranger would read them."""
    head, *disclosures = data.split(b"\n")
    parsed = find("core.seal.statement:parse_jwt")(head)
    find("core.seal.statement:read_disclosures")(parsed, [each.decode("latin-1") for each in disclosures])


def _answer(read, *given):
    try:
        return read(*given)
    except Failure as failure:
        return type(failure)


def _quick(data):
    """A token and its disclosures, by the quick readers and by the strict ones: the same answer, or the same failure."""
    jwt, *disclosures = data.split(b"\n")
    told = [each.decode("latin-1") for each in disclosures]
    head = _answer(find("core.seal.quick_head:read_head"), jwt)
    assert head == _answer(find("core.seal.statement_head:parse_jwt"), jwt)
    if not isinstance(head, type):
        shown = _answer(find("core.seal.quick_reading:read_shown"), head, told)
        assert shown == _answer(find("core.seal.statement_read:read_disclosures"), head, told)


def _identity(data):
    from sviedka.keeper.identity_lines import check_identity, encode_identity, parse_identity

    identity = parse_identity(data)
    check_identity(identity)
    assert encode_identity(identity) == data


_FILES, _RECIPE = {}, []


def _dossier_files():
    if not _FILES:
        import sys

        sys.path.insert(0, str(ROOT / "tests" / "unit"))
        from small_dossier import small_recipe

        _RECIPE.append(small_recipe())
        _FILES.update(_RECIPE[0].build())
    return _FILES


def _whole_dossier(data):
    """One file of a dossier is replaced and the whole sealed again by its desk: there has to be a report, never an error."""
    files = _dossier_files()
    from small_dossier import reseal

    from sviedka.verify.container import MemoryContainer
    from sviedka.verify.dossier import verify_container

    paths = sorted(path for path in files if not path.startswith(("SEAL", "manifest", "tagman")))
    path = paths[data[0] % len(paths)] if data else paths[0]
    try:
        report = verify_container(MemoryContainer(reseal(_RECIPE[0], files | {path: data[1:]})), policy=None)
    except Failure as failure:
        raise AssertionError("a dossier's fault was raised instead of reported") from failure
    assert report.verdict.value in {"refuted", "malformed", "unproven"}


def _parts(*names):
    files = _dossier_files()
    return tuple(data for path, data in files.items() if any(re.search(name, path) for name in names))


def _numbered():
    files = _dossier_files()
    paths = sorted(path for path in files if not path.startswith(("SEAL", "manifest", "tagman")))
    return tuple(bytes([number]) + files[path] for number, path in enumerate(paths))


def _worked_case():
    return tuple(path.read_bytes() for path in sorted((ROOT / "examples" / "belarus-2020").glob("dossier*.yaml")))


def _release_kit():
    import sys

    sys.path.insert(0, str(ROOT / "tests"))
    import release_kit

    return release_kit


def _counts(data):
    plan = find("store.release.plan:parse_plan")(_release_kit().plan())
    find("store.release.counts:parse_counts")(data, plan)


def _ledger(data):
    find("core.count.release.ledger:parse_ledger")([data.decode("latin-1")])


def _ledger_example():
    from sviedka.core.count.release.counting import fill_plan

    plan = find("store.release.plan:parse_plan")(_release_kit().plan())
    version = fill_plan(plan, find("store.release.counts:parse_counts")(_release_kit().counts(), plan))
    return "".join(find("core.count.release.ledger:format_ledger")(version)).encode()


def _release_copy(data):
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "statement.json").write_bytes(data)
        find("verify.release_copy:check_files")(Path(folder))


SMALL_BOOK = b"""casebook: 1
case: {label: c, title: {en: A case}}
persons:
  - {label: p-a, pseudonym: Alpha, counting_unit: individual}
sources:
  - {label: s-1, kind: document, title: A report, reliability: B, published: "2021-01", persons: [p-a]}
acts:
  - label: a-1
    event: e-1
    act_type: arrest
    roles: [{role: victim, person: p-a}]
    text: [{segment: "About one.", about: [p-a]}]
"""
CONFIG = b'archive = "a.example"\ndesk = "minsk-1"\narchive_cell = "00000000000000000000000000000001"\nlock_after_minutes = 15\n'
STATE = (
    b'{"authority":"a","checked_by":null,"kind":"internal","last_tried":null,"revocation":null,"signer_until":null,'
    b'"since":"2026-11-21T22:53:00Z","state":"pending","time":null,"tries":0,"v":1,"why":null}'
)
OTS = (
    bytes.fromhex(
        "004f70656e54696d657374616d7073000050726f6f6600bf89e2e884e892940108" + "22" * 32 + "f010" + "33" * 16 + "08"
        "0083dfe30d2ef90c8e1110"
    )
    + b"http://127.0.0.1"
)
SUMS = b"ab" * 32 + b"  000000000000.age\n" + b"cd" * 32 + b"  000000000007.age\n"
FRAME = b"\x00\x00\x00\x16" + b'{"ask":"facts","n":[]}'
VKEY = b"example.org/log+20324abe+AQAhIiMkJSYnKCkqKywtLi8wMTIzNDU2Nzg5Ojs8PT4/"


def targets():
    """Return the whole table. A function, so that a fuzzer can have the readers instrumented before they are imported."""
    return (
        Target(name="age-header", read=of_bytes("core.seal.age_grammar:parse_header"), topics=("age",)),
        Target(name="age-slip", read=of_bytes("core.seal.age_grammar:parse_slip"), topics=("age", "slip")),
        Target(
            name="age-file", read=_age_payload, topics=("age",), examples=(_age_example(b""), _age_example(b"x" * 500))
        ),
        Target(name="age-payload", read=_bare_payload, examples=(bytes(32), bytes(16 + 33))),
        Target(name="age-recipient", read=of_text("core.seal.age_keys:parse_recipient"), topics=("age",)),
        Target(name="age-identity", read=of_bytes("core.seal.age_keys:parse_identity"), topics=("age",)),
        Target(name="disclosure", read=of_text("core.seal.disclosure:parse_disclosure"), topics=("statement",)),
        Target(name="jwt", read=of_bytes("core.seal.statement:parse_jwt"), topics=("statement",)),
        Target(name="sd-jwt", read=of_text("core.seal.sdjwt:parse_sdjwt"), topics=("statement",)),
        Target(name="statement", read=_statement, topics=("statement",)),
        Target(
            name="sealed-disclosures", read=of_bytes("core.seal.sealed_disclosures:parse_sealed"), topics=("sealed",)
        ),
        Target(name="note", read=of_bytes("core.seal.note:parse_note"), topics=("note", "checkpoint")),
        Target(name="vkey", read=of_text("core.seal.note_key:parse_vkey"), topics=("note",), examples=(VKEY,)),
        Target(name="checkpoint", read=of_bytes("core.seal.checkpoint:parse_checkpoint"), topics=("checkpoint",)),
        Target(
            name="tlog-proof",
            read=of_bytes("core.seal.tlog_proof:parse_tlog_proof", "core.seal.tlog_proof:format_tlog_proof"),
            topics=("tlog-proof",),
        ),
        Target(name="policy", read=of_bytes("core.seal.policy:parse_policy"), topics=("policy",)),
        Target(name="key-list", read=of_bytes("core.seal.keylist:parse_keylist"), topics=("keylist",)),
        Target(
            name="key-list-proposal", read=of_bytes("core.seal.keylist_proposal:parse_proposal"), topics=("keylist",)
        ),
        Target(
            name="tile-path",
            read=of_text("core.seal.tiles:parse_tile_path"),
            examples=(b"tile/0/000", b"tile/1/x001/067.p/8"),
        ),
        Target(
            name="cosign-request",
            read=of_bytes(
                "core.seal.cosignature_request:parse_cosign_request",
                "core.seal.cosignature_request:format_cosign_request",
            ),
            topics=("cosignature", "checkpoint"),
            examples=(b"old 0\n\nexample.org/log\n1\n" + base64.b64encode(bytes(32)) + b"\n\n",),
        ),
        Target(
            name="capture-csv",
            read=of_bytes("core.count.estimate.capture_csv:parse_capture_csv"),
            examples=(b"a,b,people\n1,0,3\n", b"draw;a;people\n0;1;3\n1;1;4\n"),
        ),
        Target(name="stamp", read=_stamp, topics=("stamp",)),
        Target(name="stamp-request", read=of_bytes("core.seal.stamp_message:parse_request"), topics=("stamp",)),
        Target(name="stamp-der", read=_der, topics=("stamp",)),
        Target(name="certificates", read=of_bytes("core.seal.stamp_chain:read_certificates"), topics=("stamp",)),
        Target(
            name="revocation-lists", read=of_bytes("core.seal.stamp_chain:read_revocation_lists"), topics=("stamp",)
        ),
        Target(
            name="stamp-state",
            read=of_bytes("anchor.stamp_state:parse_state", "anchor.stamp_state:format_state"),
            examples=(STATE,),
        ),
        Target(name="opentimestamps", read=_opentimestamps, examples=(OTS,)),
        Target(name="canonical-json", read=_canonical, topics=("canonical",)),
        Target(name="json", read=_any_spelling, topics=("canonical",)),
        Target(name="date", read=of_json("core.base.dates:parse_date"), examples=(b'{"edtf":"2020-08-10"}',)),
        Target(
            name="edtf",
            read=of_text("core.base.edtf:parse_edtf"),
            examples=(b"2020-08-10", b"2020-XX/2021-01~", b"[2020,2021]"),
        ),
        Target(name="instant", read=of_text("core.base.instants:parse_instant"), examples=(b"2026-11-21T22:53:00Z",)),
        Target(name="seal-text", read=of_text("core.disclose.seal_text:parse_seal_text"), examples=_parts("SEAL")),
        Target(
            name="manifest",
            read=of_bytes("core.disclose.manifest:parse_manifest", "core.disclose.manifest:format_manifest"),
            examples=_parts("manifest"),
        ),
        Target(
            name="dossier-spec", read=of_bytes("core.disclose.dossier_spec:parse_spec"), examples=_parts(r"spec\.json")
        ),
        Target(
            name="withheld", read=of_bytes("core.disclose.dossier_spec:parse_withheld"), examples=_parts("withheld")
        ),
        Target(
            name="stamp-states",
            read=of_bytes("core.disclose.stamp_states:parse_stamp_states"),
            examples=_parts("stamps"),
        ),
        Target(
            name="proof-lines", read=_lines("core.disclose.dossier_lines:parse_proof_line"), examples=_parts("proofs")
        ),
        Target(
            name="exhibit-lines",
            read=_lines("core.disclose.dossier_lines:parse_exhibit_line"),
            examples=_parts("exhibits"),
        ),
        Target(
            name="person-lines",
            read=_lines("core.disclose.dossier_lines:parse_person_line"),
            examples=_parts("persons"),
        ),
        Target(
            name="grants",
            read=of_json("core.disclose.consent_terms:parse_grants"),
            examples=(b"[]", b'[{"purpose":"casework"}]'),
        ),
        Target(name="zip-directory", read=_zip_directory, topics=("dossier",)),
        Target(name="zip-dossier", read=_zip_dossier, topics=("dossier",)),
        Target(name="dossier", read=_whole_dossier, examples=_numbered(), share=0.02),
        Target(name="dossier-order", read=of_bytes("store.dossier.order:parse_order"), examples=_worked_case()),
        Target(name="release-plan", read=of_bytes("store.release.plan:parse_plan"), examples=(_release_kit().plan(),)),
        Target(name="release-counts", read=_counts, examples=(_release_kit().counts(),), share=0.2),
        Target(name="release-ledger", read=_ledger, examples=(_ledger_example(),), share=0.2),
        Target(
            name="release-statement",
            read=of_bytes("core.count.release.copy:parse_copy"),
            topics=("statement",),
            examples=(b'{"statement": "0", "jwt": "a.b.c", "disclosures": []}',),
        ),
        Target(
            name="release-copy",
            read=_release_copy,
            topics=("statement",),
            examples=(b'{"statement": "0", "jwt": "a.b.c", "disclosures": []}',),
            share=0.2,
        ),
        Target(
            name="casebook", read=of_bytes("store.records.casebook:parse_casebook"), examples=(SMALL_BOOK,), share=0.2
        ),
        Target(
            name="yaml",
            read=of_bytes("store.records.plain_yaml:parse_yaml"),
            examples=(SMALL_BOOK, b"a: &x [1]\nb: *x\n"),
            share=0.2,
        ),
        Target(name="file-name", read=of_text("store.deposit.file_names:parse_name"), examples=(b"a%41\\u0041.txt",)),
        Target(
            name="pack-lines",
            read=of_bytes("store.packing:parse_pack"),
            topics=("statement",),
            examples=(b"a.b.c AAAA\n",),
        ),
        Target(name="pack-sums", read=of_bytes("vault.pack_sums:parse_sums"), examples=(SUMS,)),
        Target(
            name="list-of-a-group",
            read=of_bytes("vault.listed:parse_list"),
            examples=(b"ab" * 32 + b"  ab/" + b"ab" * 16 + b"\n",),
        ),
        Target(name="replica-record", read=of_bytes("vault.replica.journal:parse_record"), examples=(b"{}",)),
        Target(name="keeper-frame", read=_frame, examples=(FRAME,)),
        Target(name="keeper-drafts", read=of_bytes("keeper.wire:parse_drafts"), examples=(b"[]", b'[{"jti":"a"}]')),
        Target(name="keeper-composed", read=_composed, examples=(b"[]", b'[{"jwt":1}]')),
        Target(
            name="keeper-failure",
            read=of_json("keeper.wire:parse_failure"),
            examples=(b'{"code":"malformed","facts":{},"message":"x"}',),
        ),
        Target(name="keeper-pending", read=of_bytes("keeper.pending:parse_pending"), examples=(b"[]",)),
        Target(name="keeper-assertions", read=of_bytes("keeper.pending:parse_assertions"), examples=(b"[]",)),
        Target(name="keeper-config", read=of_bytes("keeper.config:parse_config"), examples=(CONFIG,)),
        Target(name="wrapped-key", read=of_bytes("keeper.wrapping:parse_wrapped"), topics=("wrapping",)),
        Target(
            name="openings-journal",
            read=of_bytes("keeper.open_records:parse_journal"),
            examples=(b"0 " + b"ab" * 16 + b"\n",),
        ),
        Target(
            name="share",
            read=of_text("keeper.share_text:parse_share"),
            examples=(b"share 1 of 5\nacademic acid acrobat\n",),
        ),
        Target(name="assertion", read=of_json("core.seal.assertion:parse_assertion"), topics=("assertion",)),
        Target(
            name="identity-order",
            read=of_bytes("core.seal.identity_order:parse_order_file"),
            topics=("identity-order",),
        ),
        Target(
            name="link-order",
            read=of_bytes("core.seal.link_order:parse_link_order_file"),
            topics=("identity-order",),
            examples=(b'{"copies":[["%b","YQ"]],"keylist":"","order":"","v":1,"what":"link-order"}' % (b"a" * 32),),
        ),
        Target(
            name="link-peel",
            read=of_bytes("core.seal.link_peel:parse_link_peel"),
            topics=("identity-peel",),
            examples=(b'{"layers":["YQ"],"order":"%b","proofs":[],"v":1,"what":"link-peel"}' % (b"a" * 64),),
        ),
        Target(name="identity-peel", read=of_bytes("core.seal.identity_peel:parse_peel"), topics=("identity-peel",)),
        Target(
            name="name-keys",
            read=of_text("core.count.names.key_text:parse_keys"),
            examples=(b'{"father":"piotr","given":["ivan"],"ids":["ivan"],"sex":"m","surname":["karpankav"],"v":1}',),
        ),
        Target(name="name", read=of_text("core.count.names.keys:derive_keys"), examples=("Карпенкаў, Ivan".encode(),)),
        Target(
            name="figures",
            read=of_bytes("store.records.figures_file:parse_figures"),
            examples=(b"figures:\n- {name: a, value: 1, unit: b, what: c, where: d, when: 2020-08, source: e}\n",),
            share=0.2,
        ),
        Target(
            name="judgement",
            read=_judgement,
            examples=(
                b'{"groups":[0,1],"lists":["'
                + b"ab" * 32
                + b'"],"look":"blind","records":[[0,1],[0,2]],"verdict":"not-same"}',
            ),
        ),
        Target(name="seat-file", read=of_bytes("seat.seat_file:read_seat"), topics=("wrapping",)),
        *_office_targets(),
    )


def _office_targets():
    """What other organisations' lists, their services and our own processes send to the office."""
    return (
        Target(name="quick-reading", read=_quick, topics=("statement",)),
        Target(name="stamp-reply", read=of_bytes("core.seal.stamp_message:parse_reply"), topics=("stamp",)),
        Target(name="certificate", read=of_bytes("core.seal.stamp_chain:load_certificate"), topics=("stamp",)),
        Target(
            name="date-of-a-book",
            read=of_text("core.base.dates:read_date"),
            examples=(b"2020-08-10", b"10.08.2020", b"2020-08-10T23:30", b"August 2020"),
        ),
        Target(name="origin", read=of_text("core.base.ids:parse_origin"), examples=(b"archive.example/minsk-1",)),
        Target(name="label", read=of_text("store.labels:parse_label"), examples=(b"p-a", b"a.1")),
        Target(name="epoch-name", read=of_text("vault.layout:parse_epoch_name"), examples=(b"2026-11.1",)),
        Target(
            name="replicas",
            read=of_bytes("vault.replica.registry:parse_replicas"),
            examples=(
                b'[[replicas]]\nname = "usb"\nholds = "keys"\nurl = "/mnt/usb"\n',
                b'[[replicas]]\nname = "cloud"\nholds = "payloads"\nurl = "s3://bucket/a"\nretention_days = 30\n',
                b'[[replicas]]\nname = "c"\nholds = "keys"\nurl = "s3://b"\nendpoint = "http://127.0.0.1:1"\nregion = "x"\n',
            ),
        ),
        Target(name="keeper-identity", read=_identity, examples=(b'{"lines":[["name","A B"]]}',)),
        Target(name="keeper-lines", read=of_bytes("keeper.identity_lines:parse_lines"), examples=(b'[["name","A"]]',)),
        Target(
            name="keeper-deposits",
            read=of_bytes("keeper.request_values:read_deposits"),
            examples=(b'[{"desk":"minsk-1","jti":"%b","leaf_index":0,"proof":["YQ=="]}]' % (b"a" * 32),),
        ),
        Target(
            name="keeper-opening-proofs",
            read=of_json("keeper.request_values:read_opening_proofs"),
            examples=(b'[[1,["YQ=="]]]',),
        ),
        Target(
            name="lists-file",
            read=of_bytes("link.lists_file:parse_link_order"),
            examples=(fuzz_lists.LISTS_FILE,),
            share=0.2,
        ),
        Target(name="list-csv", read=fuzz_lists.read_table_of_bytes, examples=(b"\0" + fuzz_lists.CSV, b"\1f;h\nx;\n")),
        Target(name="list-xlsx", read=fuzz_lists.read_list("xlsx"), examples=(fuzz_lists.workbook({}),), share=0.1),
        Target(name="list-xlsx-cells", read=fuzz_lists.read_sheet, examples=(fuzz_lists.CELLS,), share=0.05),
        Target(name="list-parquet", read=fuzz_lists.read_list("parquet"), examples=(fuzz_lists.parquet(),), share=0.2),
        Target(name="linkage-run", read=of_bytes("link.run_file:parse_run"), examples=(fuzz_lists.run(),), share=0.2),
    )


def _judgement(data):
    """A judgement's fields as they stand in a statement; what was read is written again."""
    from sviedka.core.count.review.judgement import parse_judgement, to_fields

    try:
        fields = json.loads(data)
    except (ValueError, RecursionError):
        return
    if isinstance(fields, dict):
        judgement = parse_judgement(fields, by="u", rank="r")
        assert parse_judgement(to_fields(judgement, run_sha256="ab" * 32), by="u", rank="r") == judgement


def planted(data):
    """A reader with a defect behind three conditions, for the control: chance alone does not get there, coverage does."""
    if data[:1] == b"S" and data[1:2] == b"V" and data[2:3] == b"!":
        raise IndexError("planted")
