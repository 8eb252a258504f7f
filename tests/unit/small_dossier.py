# SPDX-License-Identifier: AGPL-3.0-or-later
"""A small archive in memory, and dossiers from it: the same bytes each time. For tests and for the vectors.

Nothing of it is real: archive, people and files are invented. Keys come from fixed seeds.
"""

import warnings
import zipfile
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256, shake_256
from io import BytesIO

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from small_authority import SmallAuthority

from sviedka.core.disclose.bag import (
    BagContent,
    BagExhibit,
    BagHead,
    BagLog,
    BagStatement,
    UnsealedBag,
    draft_bag,
    finish_bag,
)
from sviedka.core.disclose.bag_paths import MANIFEST, SPEC, TAG_MANIFEST, UNLISTED, is_exhibit
from sviedka.core.disclose.consent_terms import Purpose
from sviedka.core.disclose.dossier_lines import PersonLine, ProofLine
from sviedka.core.disclose.dossier_spec import DossierSpec, Language, Receiver, WithheldCounts
from sviedka.core.disclose.manifest import format_manifest
from sviedka.core.disclose.seal_text import SealText, format_seal_text
from sviedka.core.disclose.stamp_states import StampProgress, StampState
from sviedka.core.seal.assertion import assertion_message
from sviedka.core.seal.checkpoint import parse_checkpoint, sign_checkpoint
from sviedka.core.seal.cosignature import cosign
from sviedka.core.seal.keylist import DeskKey, KeyList, Revocation, UserKey, format_keylist, format_keylist_text
from sviedka.core.seal.merkle import Tree
from sviedka.core.seal.merkle_proof import leaf_hash
from sviedka.core.seal.note import VerifierKey, format_note, sign_note
from sviedka.core.seal.policy import parse_policy
from sviedka.core.seal.statement import Disclose, Draft, Segment, Text, compose, finish, format_kid, prepare

ARCHIVE = "archive.example"
START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


def private_key(seed):
    return Ed25519PrivateKey.from_private_bytes(sha256(f"small dossier {seed}".encode()).digest())


def public_key(name, seed, key_type=1):
    return VerifierKey(name=name, key_type=key_type, public=private_key(seed).public_key().public_bytes_raw())


def make_id(name):
    return sha256(f"small id {name}".encode()).hexdigest()[:32]


@dataclass
class Kept:
    """A statement in the log: leaf, and every disclosure by the name of its property (segments under the text's)."""

    jti: str
    index: int
    jwt: bytes
    disclosures: dict
    at: datetime


@dataclass
class SmallDesk:
    """One desk with its log. `owner` tells forged keys from true ones."""

    owner: str = "true"
    desk: str = "minsk-1"
    kept: list = field(default_factory=list)
    tree: Tree = field(default_factory=Tree)
    heads: list = field(default_factory=list)

    @property
    def origin(self):
        return f"{ARCHIVE}/{self.desk}"

    @property
    def log_key(self):
        return public_key(self.origin, f"{self.owner} {self.desk} log")

    @property
    def statement_key(self):
        return public_key(f"{self.origin}/statements", f"{self.owner} {self.desk} statements")

    def admit(self, type_name, subject, *, author="anna", at=None, heads=(), signed_by=None, asserted=None, **fields):
        """Log a statement; `asserted` returns what stands as its assertion, given what is to be signed."""
        at = at or START + timedelta(minutes=len(self.kept))
        jti = make_id(f"{self.owner} {self.desk} statement {len(self.kept)}")
        cell = make_id("archive cell")
        parts = tuple(
            Text(name=name, segments=tuple(Segment(text=text, cells=(cell,)) for text in value))
            if isinstance(value, tuple)
            else Disclose(name=name.replace("__", "."), value=value, cells=(cell,))
            for name, value in fields.items()
        )
        draft = Draft(
            jti=jti, case=make_id("case"), type=type_name, subject=subject, heads=tuple(sorted(heads)), at=at, parts=parts,
            archive_cell=cell,
        )  # fmt: skip
        key = private_key(signed_by or f"{self.owner} {self.desk} statements")
        entropy = shake_256(f"{self.owner} {jti}".encode()).digest
        signing = {
            "origin": self.origin,
            "desk_key": key,
            "desk_kid": format_kid(self.origin, key.public_key().public_bytes_raw()),
            "author": make_id(author),
            "author_key": private_key(f"{self.owner} {author}"),
            "cell_keys": {cell: bytes(32)},
        }
        if asserted is None:
            composed = compose(draft, **signing, entropy=entropy)
        else:
            prepared = prepare(draft, entropy=entropy)
            composed = finish(prepared, asserted(assertion_message(jti, prepared.digests)), **signing)
        (group,) = composed.groups
        kept = Kept(jti=jti, index=len(self.kept), jwt=composed.jwt, disclosures=_by_name(group.disclosures), at=at)
        self.kept.append(kept)
        self.tree.append(leaf_hash(composed.jwt))
        return kept

    def checkpoint(self, size=None):
        size = len(self.kept) if size is None else size
        key = private_key(f"{self.owner} {self.desk} log")
        return sign_checkpoint(origin=self.origin, size=size, root=self.tree.root(size), private_key=key)


def _by_name(disclosures):
    import base64
    import json

    found = {}
    for text in disclosures:
        value = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        name = value[1] if len(value) == 3 else f"element:{value[1]}"
        found[name] = text
    return found


@dataclass
class SmallArchive:
    """Desks, root, key list, cosigner and two authorities."""

    owner: str = "true"
    desks: list = field(default_factory=list)
    revoked: tuple = ()
    credentials: tuple = ()
    successors: tuple = ()
    listed_too: tuple = ()

    def __post_init__(self):
        self.desks = self.desks or [SmallDesk(owner=self.owner)]
        self.external = SmallAuthority("external authority")
        self.internal = SmallAuthority("internal authority")

    @property
    def desk(self):
        return self.desks[0]

    @property
    def root(self):
        return public_key(f"{ARCHIVE}/root", f"{self.owner} root")

    @property
    def key_list(self):
        entries = []
        for desk in (*self.desks, *self.listed_too):
            entries.append(DeskKey(origin=desk.origin, role="log", key=desk.log_key))
            entries.append(DeskKey(origin=desk.origin, role="statements", key=desk.statement_key))
        for user in ("anna", "piotr"):
            key = public_key(f"{ARCHIVE}/user/{make_id(user)}", f"{self.owner} {user}")
            entries.append(UserKey(user=make_id(user), key=key))
        entries += [*self.credentials, *self.successors]
        entries += [Revocation(kid=kid, at=at, reason="lost") for kid, at in self.revoked]
        listed = KeyList(
            archive=ARCHIVE, number=1, issued=START, previous=None,
            entries=tuple(sorted(entries, key=lambda entry: entry.line.encode())),
        )  # fmt: skip
        line = sign_note(
            format_keylist_text(listed), name=self.root.name, private_key=private_key(f"{self.owner} root")
        )
        return format_keylist(listed, line)

    def cosigned(self, checkpoint, *, cosigners=("cosigner.example/one",), time=1_793_700_000):
        note = parse_checkpoint(checkpoint).note
        lines = [cosign(note.text, name=name, private_key=private_key(name), time=time) for name in cosigners]
        return checkpoint + "".join(lines).encode()

    def policy_text(self, *, quorum=True):
        cosigner = public_key("cosigner.example/one", "cosigner.example/one", key_type=4)
        lines = [f"witness one {cosigner.vkey}", "quorum one" if quorum else "quorum none"]
        lines += [f"#sviedka root {self.root.vkey}"]
        lines += [f"#sviedka tsa {self.external.fingerprint} external An outside authority"]
        lines += [f"#sviedka tsa {self.internal.fingerprint} internal Our own authority"]
        return "".join(f"{line}\n" for line in lines).encode()

    def policy(self, **options):
        return parse_policy(self.policy_text(**options))


@dataclass
class Chosen:
    """A statement that goes into a dossier: all its disclosures but those named in `without`."""

    kept: Kept
    desk: SmallDesk
    without: tuple = ("author_sig",)
    disclosures: tuple | None = None
    place: ProofLine | None = None


@dataclass
class Recipe:
    """What a dossier is made of. Tests change a part of it and build."""

    archive: SmallArchive
    chosen: list
    exhibits: list
    persons: list
    heads: dict
    spec: DossierSpec
    as_of: datetime
    readers: dict
    cosigners: tuple = ("cosigner.example/one",)
    checkpoints: dict = field(default_factory=dict)
    key_list: bytes | None = None
    seal_owner: str | None = None

    def build(self):
        """Return every file of the dossier by path."""
        archive = self.archive
        desks = sorted(archive.desks, key=lambda desk: desk.origin)
        logs, places = [], {}
        for number, desk in enumerate(desks, start=1):
            heads = self.heads.get(desk.desk, ())
            checkpoint = self.checkpoints.get(desk.desk) or archive.cosigned(
                desk.checkpoint(), cosigners=self.cosigners
            )
            logs.append(BagLog(origin=desk.origin, checkpoint=checkpoint, key=desk.log_key, heads=tuple(heads)))
            for chosen in self.chosen:
                if chosen.desk is desk:
                    places[id(chosen)] = chosen.place or _place(desk, number, heads, chosen.kept.index)
        statements = sorted(
            (
                BagStatement(jwt=chosen.kept.jwt, disclosures=_shown(chosen), place=places[id(chosen)])
                for chosen in self.chosen
            ),
            key=lambda item: (item.place.log, item.place.index),
        )
        content = BagContent(
            spec=self.spec,
            withheld=WithheldCounts(),
            origin=archive.desk.origin,
            as_of=self.as_of,
            exhibits=tuple(
                BagExhibit(path=path, sha256=sha256(data).digest(), size_bytes=len(data), sealed_by=jti)
                for path, data, jti in self.exhibits
            ),
            statements=tuple(statements),
            persons=tuple(PersonLine(person=person, consent=jti) for person, jti in self.persons),
            logs=tuple(logs),
            key_list=self.key_list or archive.key_list,
            root=archive.root,
            seal_key=archive.desk.statement_key,
            readers=self.readers,
        )
        bag = draft_bag(content)
        return self.seal(bag) | {path: data for path, data, _ in self.exhibits}

    def seal(self, bag):
        """Sign the seal of an unsealed bag, as the keeper would."""
        desk = self.archive.desk
        seed = f"{self.seal_owner or desk.owner} {desk.desk} statements"
        line = sign_note(bag.seal_text, name=desk.statement_key.name, private_key=private_key(seed))
        signer = public_key(desk.statement_key.name, seed)
        return finish_bag(bag, seal=format_note(bag.seal_text, [line]), seal_key=signer)


def _shown(chosen):
    if chosen.disclosures is not None:
        return chosen.disclosures
    return tuple(text for name, text in chosen.kept.disclosures.items() if name not in chosen.without)


def _place(desk, number, heads, index):
    for head_number, head in enumerate(heads, start=1):
        size = parse_checkpoint(head.checkpoint).size
        if index < size:
            proof = desk.tree.inclusion(index, size)
            return ProofLine(log=number, head=head_number, index=index, hashes=tuple(proof))
    return ProofLine(log=number, head=0, index=index, hashes=tuple(desk.tree.inclusion(index, len(desk.kept))))


def make_head(archive, desk, size, *, stamped_by=("external", "internal"), at=None, pending=(), digest=None, crl=True):
    """Return a stamped head of `desk` at `size`."""
    checkpoint = desk.checkpoint(size)
    at = at or START + timedelta(hours=size)
    files = {}
    for name in stamped_by:
        authority = getattr(archive, name)
        files[f"{name}.tsr"] = authority.stamp(digest or sha256(checkpoint).digest(), at=at)
        files[f"{name}.chain.pem"] = authority.chain
        if crl:
            files[f"{name}.crl.pem"] = authority.crl
    states = [StampState(authority=name, since=START, state=StampProgress.STAMPED) for name in stamped_by]
    states += [StampState(authority=name, since=START, state=state) for name, state in pending]
    total = len(desk.kept)
    return BagHead(
        checkpoint=checkpoint,
        consistency=tuple(desk.tree.consistency(size, total)) if size < total else (),
        states=tuple(states),
        files=files,
    )


GRANT = {
    "purpose": "prosecution-abroad",
    "recipients": ["prosecutor", "court"],
    "level": "pseudonym",
    "material": ["statement-text", "image-of-face"],
    "until": "2031-12-31",
}


def small_recipe(*, owner="true", grants=(GRANT,), desks=None):
    """Return a dossier of one case: an act, a claim, a consent, one exhibit, twelve statements in the log."""
    archive = SmallArchive(owner=owner, desks=desks or [])
    desk = archive.desk
    person, item, act = make_id("person"), make_id("item"), make_id("act")
    photo = b"\xff\xd8\xff\xe0 an invented photograph\n"
    who = {"person": person}
    opened = desk.admit("case.opened/1", make_id("case"), title="An invented case")
    known = desk.admit("person/1", person, cell=make_id("cell"), pseudonym="Alpha", counting_unit="individual")
    consent = desk.admit("consent.given/1", person, person=person, grants=list(grants), method="signed")
    received = desk.admit("item.received/1", item, kind="file", original_name="IMG_1.jpg", shows__1=who, tool="sviedka")
    sealed = desk.admit(
        "item.sealed/1",
        item,
        plain_sha256=sha256(photo).hexdigest(),
        payload_sha256=sha256(b"payload").hexdigest(),
        size_bytes=len(photo),
        media_type="image/jpeg",
        epoch="2026-11.1",
    )
    done = desk.admit(
        "act/1",
        act,
        act_type="ill-treatment",
        role__1={"role": "victim", "person": person},
        role__2={"role": "reported-perpetrator", "unit": "an invented unit"},
        text=("Reportedly held for five hours.", "A sentence about somebody else."),
    )
    claim = desk.admit("claim/1", make_id("claim"), about=act, predicate="lasted", value="five hours", persons__1=who)
    for number in range(2):
        desk.admit("source/1", make_id(f"source {number}"), title=f"An invented source {number}")
    spec = DossierSpec(
        case=make_id("case"),
        purpose=Purpose.PROSECUTION_ABROAD,
        recipient=Receiver(kind="prosecutor", name="An invented prosecutor's office"),
        at=len(desk.kept),
        language=Language.ENGLISH,
        exhibits=None,
        leave_out=0,
        report=False,
        page=False,
        authors=False,
    )
    chosen = [Chosen(kept=kept, desk=desk) for kept in (opened, known, consent, received, sealed, claim)]
    chosen.append(Chosen(kept=done, desk=desk, without=("author_sig", "element:A sentence about somebody else.")))
    readers = {
        "VERIFY.md": b"How to check this by hand.\n",
        "loadfile/export.dat": b"",
        "loadfile/export.csv": b"",
        "loadfile/README": b"Load file.\n",
    }
    return Recipe(
        archive=archive,
        chosen=chosen,
        exhibits=[("data/000001.jpg", photo, sealed.jti)],
        persons=[(person, consent.jti)],
        heads={desk.desk: [make_head(archive, desk, len(desk.kept))]},
        spec=spec,
        as_of=desk.kept[-1].at,
        readers=readers,
    )


def with_spec(recipe, **changes):
    """Return the recipe with parts of its SPEC changed."""
    return replace(recipe, spec=replace(recipe.spec, **changes))


def reseal(recipe, files, *, digest=None):
    """Return the files with manifests and seal made again by the true desk: a change from inside the archive."""
    texts = {path: data for path, data in files.items() if path not in UNLISTED and path != MANIFEST}
    exhibits = {path: data for path, data in texts.items() if is_exhibit(path)}
    tags = {path: data for path, data in texts.items() if not is_exhibit(path)}
    tags[MANIFEST] = format_manifest({path: sha256(data).digest() for path, data in exhibits.items()})
    tags[TAG_MANIFEST] = format_manifest({path: sha256(data).digest() for path, data in tags.items()})
    logs = [path for path in tags if path.startswith("logs/") and path.count("/") == 2 and path.endswith("/checkpoint")]
    seal = SealText(
        origin=recipe.archive.desk.origin,
        tag_manifest=digest or sha256(tags[TAG_MANIFEST]).hexdigest(),
        logs=tuple(sha256(tags[path]).hexdigest() for path in sorted(logs)),
        spec=sha256(tags[SPEC]).hexdigest(),
        built_at=recipe.spec.at,
        as_of=recipe.as_of,
    )
    return recipe.seal(UnsealedBag(files=tags, seal_text=format_seal_text(seal))) | exhibits


def zip_bytes(files, *, deflated=False, folder="", names=None):
    """Return a ZIP file of `files`; the same bytes each time. `names` maps paths to names in the ZIP file."""
    target = BytesIO()
    method = zipfile.ZIP_DEFLATED if deflated else zipfile.ZIP_STORED
    with warnings.catch_warnings(), zipfile.ZipFile(target, "w", method) as packed:
        warnings.simplefilter("ignore")  # a name twice is what some vectors are about
        for path in sorted(files):
            info = zipfile.ZipInfo((names or {}).get(path, folder + path), date_time=(2026, 11, 2, 0, 0, 0))
            info.compress_type = method
            info.external_attr = 0o100644 << 16
            packed.writestr(info, files[path])
    return target.getvalue()
