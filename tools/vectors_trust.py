# SPDX-License-Identifier: AGPL-3.0-or-later
"""Makes the test vectors of policies and key lists; run by `vectors_log.py`."""

from __future__ import annotations

from hashlib import sha256

from vectors_form import b64, kid, line, note, vector, vkey

ARCHIVE = "archive.example"
DESK = f"{ARCHIVE}/minsk-1"
ROOT_KEY = vkey(f"{ARCHIVE}/root", 9)
USER, USER_2 = "0123456789abcdef0123456789abcdef", "fedcba9876543210fedcba9876543210"
LOG = f"log {vkey('log.example/custody', 0)}\n"
W = [f"witness W{number} {vkey(f'w{number}.example/x', 10 + number, 4)}\n" for number in range(1, 6)]
KEYS = [row.split()[2] for row in W]
DIGEST, DIGEST_2 = "ab" * 32, "cd" * 32


def policies() -> None:
    """C2SP tlog-policy with our two further lines."""
    _readable_policies()
    _quorums()
    _refused_policies()


def _policy(
    sentence: str, text: str | bytes, check: str = "policy", more: dict | None = None, **expect: object
) -> None:
    data = text.encode() if isinstance(text, str) else text
    vector("policy", sentence, check, {"policy": b64(data)} | (more or {}), **expect)


def _readable_policies() -> None:
    nothing = {"authorities": [], "groups": [], "logs": [], "quorum": None, "roots": [], "witnesses": []}
    log = {"url": None, "vkey": LOG.split()[1]}
    first = {"name": "W1", "url": None, "vkey": KEYS[0]}
    _policy("a policy of one line", "quorum none\n", **nothing)
    _policy(
        "comments empty lines and tabs",
        f"# all of this\n\n \t\n\t{LOG[:-1]}\t https://log.example/ \n  #x\nquorum\tnone\n",
        **nothing | {"logs": [log | {"url": "https://log.example/"}]},
    )
    _policy(
        "one cosigner as the quorum",
        LOG + W[0] + "quorum W1\n",
        **nothing | {"logs": [log], "quorum": "W1", "witnesses": [first]},
    )
    _policy(
        "two levels of groups",
        "".join(W) + "group X 2 W1 W2 W3\ngroup Y any W4 W5\ngroup Z all X Y\nquorum Z\n",
        **nothing
        | {
            "groups": [
                {"members": ["W1", "W2", "W3"], "name": "X", "threshold": 2},
                {"members": ["W4", "W5"], "name": "Y", "threshold": 1},
                {"members": ["X", "Y"], "name": "Z", "threshold": 2},
            ],
            "quorum": "Z",
            "witnesses": [{"name": f"W{at + 1}", "url": None, "vkey": KEYS[at]} for at in range(5)],
        },
    )
    _policy(
        "a root and two time authorities",
        f"quorum none\n#sviedka root {ROOT_KEY}\n#sviedka tsa {DIGEST} external First of all\n"
        f"  #sviedka\ttsa {DIGEST_2} internal ours\n",
        **nothing
        | {
            "roots": [ROOT_KEY],
            "authorities": [
                {"kind": "external", "name": "First of all", "sha256": DIGEST},
                {"kind": "internal", "name": "ours", "sha256": DIGEST_2},
            ],
        },
    )
    _policy("a comment that only speaks of sviedka", "# sviedka root nobody\nquorum none\n", **nothing)
    _policy(
        "two keys of one log",
        LOG + f"log {vkey('log.example/custody', 3)}\nquorum none\n",
        **nothing | {"logs": [log, {"url": None, "vkey": vkey("log.example/custody", 3)}]},
    )


def _quorums() -> None:
    groups = "".join(W) + "group X 2 W1 W2 W3\ngroup Y any W4 W5\ngroup Z all X Y\nquorum Z\n"

    def met(sentence: str, policy: str, who: list[int], *, enough: bool) -> None:
        more = {"cosigned": [KEYS[number - 1] for number in who]}
        _policy(sentence, policy, "quorum", more, **({} if enough else {"code": "unproven.quorum"}))

    met("nobody is asked for and nobody has cosigned", "quorum none\n", [], enough=True)
    met("the one cosigner has cosigned", W[0] + "quorum W1\n", [1], enough=True)
    met("the one cosigner has not cosigned", W[0] + "quorum W1\n", [], enough=False)
    met("another than the one cosigner has", W[0] + W[1] + "quorum W1\n", [2], enough=False)
    met("two of three and one of two have cosigned", groups, [1, 3, 5], enough=True)
    met("all have cosigned", groups, [1, 2, 3, 4, 5], enough=True)
    met("one of three and both of two have cosigned", groups, [1, 4, 5], enough=False)
    met("three of three and none of two have cosigned", groups, [1, 2, 3], enough=False)
    met("the same cosigner twice is one cosigner", "".join(W[:2]) + "group G 2 W1 W2\nquorum G\n", [1, 1], enough=False)
    met(
        "cosigners outside the quorum's group do not count",
        "".join(W) + "group G 2 W1 W2\nquorum G\n",
        [3, 4, 5],
        enough=False,
    )


def _refused_policies() -> None:
    def bad(sentence: str, text: str | bytes, at: int | None = None) -> None:
        _policy(sentence, text, code="malformed.policy", line=at)

    none = "quorum none\n"
    bad("an empty policy", "")
    bad("a policy without a quorum", LOG)
    bad("a policy with two quorum lines", none + none, 2)
    bad("a policy cut off in its last line", LOG + "quorum none")
    bad("a policy with carriage returns", "quorum none\r\n", 1)
    bad("a policy with a delete character", "# \x7f\n" + none, 1)
    bad("a policy that is not UTF-8", b"# \xff\n" + none.encode())
    bad("a word that is not known", none + "cosigner X\n", 2)
    bad("a sviedka line that is not known", none + "#sviedka witness X\n", 2)
    bad("a sviedka line without a word", none + "#sviedka\n", 2)
    bad("a sviedka word with a letter too many", none + f"#sviedkas root {ROOT_KEY}\n", 2)
    bad("a quorum that is not defined", "quorum W1\n", 1)
    bad("a quorum that is defined below", "quorum W1\n" + W[0], 1)
    bad("a quorum of two words", W[0] + "quorum W1 W1\n", 2)
    bad("a log without a key", "log\n" + none, 1)
    bad("a log with a word too many", LOG[:-1] + " https://x y\n" + none, 1)
    bad("a log with a cosigner's key", f"log {KEYS[0]}\n" + none, 1)
    bad("a log key with another id", LOG.replace("e74d164f", "e74d164e") + none, 1)
    bad("a log named twice", LOG + LOG + none, 2)
    bad("a log key under two names", LOG + f"log {vkey('log.example/other', 0)}\n" + none, 2)
    bad("a cosigner without a name", f"witness {KEYS[0]}\n" + none, 1)
    bad("a cosigner with a plain key", f"witness W {vkey('w.example/x', 11)}\n" + none, 1)
    bad("two cosigners of one name", W[0] + W[1].replace("W2", "W1") + none, 2)
    bad("one cosigner under two names", W[0] + W[0].replace("W1", "W2") + none, 2)
    bad("a cosigner with the log's own key", LOG + f"witness W {vkey('w.example/x', 0, 4)}\n" + none, 2)
    bad("a cosigner called none", W[0].replace("W1", "none") + none, 1)
    bad("a group called none", W[0] + "group none any W1\n" + none, 2)
    bad("a group with the name of a cosigner", W[0] + W[1] + "group W1 any W2\n" + none, 3)
    bad("a group of nobody", W[0] + "group G any\n" + none, 2)
    bad("a group with none in it", W[0] + "group G any none\n" + none, 2)
    bad("a group of somebody defined below", "group G any W1\n" + W[0] + none, 1)
    bad("a group that holds itself", W[0] + "group G any G\n" + none, 2)
    bad("a group that names one cosigner twice", W[0] + "group G 2 W1 W1\n" + none, 2)
    bad("a cosigner in two groups", W[0] + "group G any W1\ngroup H any W1\n" + none, 3)
    bad("a group that asks for nobody", W[0] + "group G 0 W1\n" + none, 2)
    bad("a group that asks for more than it has", W[0] + "group G 2 W1\n" + none, 2)
    bad("a group that asks for a number with a leading zero", W[0] + "group G 01 W1\n" + none, 2)
    bad("a group that asks for most", W[0] + "group G most W1\n" + none, 2)
    bad("a root with another name", none + f"#sviedka root {vkey('archive.example/desk', 9)}\n", 2)
    bad("a root named twice", none + f"#sviedka root {ROOT_KEY}\n" * 2, 3)
    bad("a time authority with a short digest", none + f"#sviedka tsa {DIGEST[:-2]} external x\n", 2)
    bad("a time authority with a digest in capitals", none + f"#sviedka tsa {DIGEST.upper()} external x\n", 2)
    bad("a time authority that is neither external nor internal", none + f"#sviedka tsa {DIGEST} trusted x\n", 2)
    bad("a time authority without a name", none + f"#sviedka tsa {DIGEST} external\n", 2)
    bad(
        "a time authority named twice",
        none + f"#sviedka tsa {DIGEST} external x\n#sviedka tsa {DIGEST} internal y\n",
        3,
    )
    bad(
        "two time authorities of one name",
        none + f"#sviedka tsa {DIGEST} external x\n#sviedka tsa {DIGEST_2} external x\n",
        3,
    )
    _policy("a policy over 64 KiB", none + "#" * 65_536 + "\n", code="malformed.too-large")


LOG_LINE = f"desk {DESK} log {vkey(DESK, 1)}"
STATEMENT_LINE = f"desk {DESK} statements {vkey(DESK + '/statements', 2)}"
USER_LINE = f"user {USER} {vkey(f'{ARCHIVE}/user/{USER}', 3)}"
SEAT_LINE, INTAKE_LINE = f"seat 1 age1{'q' * 58}", f"intake 2026-11.1 age1{'p' * 58}"
HELD = (f"{SEAT_LINE} {USER}", f"seat 2 age1{'z' * 58} {USER_2}", f"seat 3 age1{'y' * 58}")
MAIL_LINE = f"mailroom {vkey(f'{ARCHIVE}/mailroom', 5)}"
ISSUED = "2026-11-21T22:53:00Z"


def _revoked(name: str, seed: int, at: str = ISSUED, reason: str = "lost") -> str:
    return f"revoked {kid(vkey(name, seed))} {at} {reason}"


REVOKED_LINE = _revoked(f"{ARCHIVE}/user/{USER}", 3)
ALL = (LOG_LINE, STATEMENT_LINE, INTAKE_LINE, MAIL_LINE, SEAT_LINE, USER_LINE)


def _list(*lines: str, number: int = 1, issued: str = ISSUED, previous: str = "none", seed: int = 9) -> bytes:
    heads = ["sviedka/keylist/1", f"archive {ARCHIVE}", f"number {number}", f"issued {issued}", f"previous {previous}"]
    return _sealed("".join(item + "\n" for item in (*heads, *lines)), seed)


def _sealed(text: str, seed: int = 9) -> bytes:
    return note(text.encode(), line(f"{ARCHIVE}/root", seed, text.encode()))


def keylists() -> None:
    """The root's key list: reading, looking up, succession."""
    _readable_keylists()
    _lookups()
    _refused_keylists()
    _credentials()
    _successors()
    _successions()


def _keylist(sentence: str, data: bytes, root: str = ROOT_KEY, **expect: object) -> None:
    vector("keylist", sentence, "keylist", {"keylist": b64(data), "root": root}, **expect)


def _readable_keylists() -> None:
    facts = {"archive": ARCHIVE, "issued": ISSUED, "number": 1, "previous": None}
    _keylist("a key list with a line of each kind", _list(*sorted((*ALL, REVOKED_LINE))), **facts, lines=7)
    _keylist("a key list without lines", _list(), **facts, lines=0)
    _keylist("seats that two people hold and one that nobody holds", _list(*HELD), **facts, lines=3)
    _keylist(
        "a second key list",
        _list(LOG_LINE, number=2, previous="ab" * 32),
        **facts | {"number": 2, "previous": "ab" * 32},
        lines=1,
    )
    _keylist(
        "a key list that another key signed in the root's name proves nothing",
        _list(LOG_LINE, seed=8),
        code="unproven.key-unknown",
    )
    _keylist(
        "a key list with a key added after it was signed",
        _list(LOG_LINE).replace(LOG_LINE.encode(), f"{LOG_LINE}\n{USER_LINE}".encode()),
        code="refuted.signature",
    )
    _keylist(
        "a key list under another archive's root",
        _list(LOG_LINE),
        vkey("other.example/root", 9),
        code="unproven.key-unknown",
    )


def _lookups() -> None:
    late = _revoked(f"{ARCHIVE}/user/{USER}", 3, "2026-12-01T00:00:00Z", "left")
    data = _list(
        *sorted(
            (
                LOG_LINE,
                STATEMENT_LINE,
                USER_LINE,
                f"user {USER} {vkey(f'{ARCHIVE}/user/{USER}', 4)}",
                f"user {USER_2} {vkey(f'{ARCHIVE}/user/{USER_2}', 6)}",
                REVOKED_LINE,
                late,
            )
        )
    )
    named = f"{DESK}+{vkey(DESK + '/statements', 2).split('+')[1]}"

    def find(sentence: str, what: str, name: str, **expect: object) -> None:
        vector("keylist", sentence, "lookup", {"find": what, "keylist": b64(data), "name": name}, **expect)

    missing = "unproven.key-not-listed"
    find("the log key of a desk", "log", DESK, vkey=vkey(DESK, 1))
    find("the log key of a desk that is not listed", "log", f"{ARCHIVE}/other", code=missing)
    find("the statement key that a kid names", "statement", named, vkey=vkey(DESK + "/statements", 2))
    find("the statement key of another id", "statement", f"{DESK}+00000000", code=missing)
    find("the log key is no statement key", "statement", kid(vkey(DESK, 1)), code=missing)
    find("a user's key that is not revoked", "user", USER, vkey=vkey(f"{ARCHIVE}/user/{USER}", 4))
    find("a user who is not listed", "user", "00" * 16, code=missing)
    find("a key revoked twice counts from the first", "revoked", vkey(f"{ARCHIVE}/user/{USER}", 3), at=ISSUED)
    find("a key that is not revoked", "revoked", vkey(f"{ARCHIVE}/user/{USER}", 4), at=None)


def _refused_keylists() -> None:
    def bad(sentence: str, data: bytes) -> None:
        _keylist(sentence, data, code="malformed.keylist")

    good = _list(LOG_LINE).decode().partition("\n\n")[0] + "\n"
    bad("a key list of another version", _sealed(good.replace("keylist/1", "keylist/3")))
    bad("a key list without its headings", _sealed("sviedka/keylist/1\n"))
    bad("a key list with its headings in another order", _sealed(good.replace("archive", "number", 1)))
    bad("a key list with number 0", _list(number=0))
    bad("a key list with a leading zero in its number", _sealed(good.replace("number 1", "number 01")))
    bad("a first key list that names one before it", _list(previous="ab" * 32))
    bad("a second key list that names none before it", _list(number=2))
    bad("a key list with a day that does not exist", _list(issued="2026-02-30T00:00:00Z"))
    bad("a key list with a time in another zone", _list(issued="2026-11-21T22:53:00+00:00"))
    bad("a key list with a fraction of a second", _list(issued="2026-11-21T22:53:00.5Z"))
    bad("a key list with unsorted lines", _list(USER_LINE, LOG_LINE))
    bad("a key list with a line twice", _list(LOG_LINE, LOG_LINE))
    bad("a key list with an empty line", _list(LOG_LINE, ""))
    bad("a key list with two spaces in a line", _list(LOG_LINE.replace(" log", "  log")))
    bad("a key list with a word that is not known", _list("door " + vkey("a/b", 1)))
    bad("a desk of another archive", _list(f"desk other.example/x log {vkey('other.example/x', 1)}"))
    bad("a desk with a key for something else", _list(f"desk {DESK} petition {vkey(DESK, 1)}"))
    bad("a log key under another name", _list(f"desk {DESK} log {vkey(DESK + '/statements', 1)}"))
    bad("a statement key under the log's name", _list(f"desk {DESK} statements {vkey(DESK, 2)}"))
    bad("a cosigner's key in a desk's line", _list(f"desk {DESK} log {vkey(DESK, 1, 4)}"))
    bad("two log keys for one desk", _list(*sorted((LOG_LINE, f"desk {DESK} log {vkey(DESK, 7)}"))))
    bad("one key for two uses", _list(LOG_LINE, f"desk {DESK} statements {vkey(DESK + '/statements', 1)}"))
    bad("a user who is no identifier", _list(f"user anna {vkey(f'{ARCHIVE}/user/anna', 3)}"))
    bad("a user with another user's key name", _list(f"user {USER_2} {vkey(f'{ARCHIVE}/user/{USER}', 3)}"))
    bad("a sixth seat", _list(SEAT_LINE.replace("seat 1", "seat 6")))
    bad("a seat with two people", _list(SEAT_LINE, SEAT_LINE.replace("qqq", "ppp")))
    bad("two seats for one person", _list(HELD[0], HELD[1].replace(USER_2, USER)))
    bad("a seat whose holder is no identifier", _list(f"{SEAT_LINE} anna"))
    bad("a seat with something else than an age recipient", _list("seat 1 ssh-ed25519"))
    bad("an intake epoch of a thirteenth month", _list(INTAKE_LINE.replace("2026-11", "2026-13")))
    bad("a revocation without a reason", _list(REVOKED_LINE.rpartition(" ")[0]))
    bad("a revocation of no key", _list(f"revoked nobody {ISSUED} lost"))


def _credential(
    user: str = USER,
    kind: str = "es256",
    origin: str = "https://desk.archive.example",
    party: str = "archive.example",
    identifier: bytes = b"\1" * 16,
    public: bytes = b"\4" + b"\2" * 64,
) -> str:
    return f"credential {user} {kind} {origin} {party} {_b64u(identifier)} {_b64u(public)}"


def _b64u(data: bytes) -> str:
    return b64(data).replace("+", "-").replace("/", "_").rstrip("=")


def _second(*lines: str, **options: int | str) -> bytes:
    """Return a list of version 2."""
    text = _list(*sorted(lines)).decode().partition("\n\n")[0] + "\n"
    for heading, value in options.items():
        text = "".join(
            f"{heading} {value}\n" if row.startswith(heading) else row for row in text.splitlines(keepends=True)
        )
    return _sealed(text.replace("keylist/1", "keylist/2", 1))


def _credentials() -> None:
    """Lines that name a WebAuthn credential."""
    facts = {"archive": ARCHIVE, "issued": ISSUED, "number": 1, "previous": None}
    ed = _credential(kind="ed25519", identifier=b"\3", public=b"\5" * 32)
    local = _credential(
        USER_2, origin="http://localhost:8000", party="localhost", identifier=b"\4" * 1023, public=b"\4" + b"\6" * 64
    )
    port = _credential(
        origin="https://desk.archive.example:8443",
        party="desk.archive.example",
        identifier=b"\7",
        public=b"\4" + b"\7" * 64,
    )
    _keylist(
        "a key list of version 2 names credentials", _second(LOG_LINE, _credential(), ed, local, port), **facts, lines=5
    )

    def bad(sentence: str, *lines: str) -> None:
        _keylist(sentence, _second(*lines), code="malformed.keylist")

    _keylist("a key list of version 1 names no credential", _list(_credential()), code="malformed.keylist")
    bad("a key list of version 2 without a credential", LOG_LINE)
    bad("a credential of a user who is no identifier", _credential("anna"))
    bad("a credential of an unknown algorithm", _credential(kind="rs256"))
    bad("a credential for a page without encryption", _credential(origin="http://desk.archive.example"))
    bad("a credential for a page with a path", _credential(origin="https://desk.archive.example/"))
    bad("a credential for a page in capitals", _credential(origin="https://Desk.archive.example"))
    bad("a credential for port 0", _credential(origin="https://desk.archive.example:0"))
    bad("a credential of another party than its page", _credential(party="other.example"))
    bad("a credential of a party that only ends alike", _credential(origin="https://evilarchive.example"))
    bad("a credential of a party below its page", _credential(party="a.desk.archive.example"))
    bad("a credential with an empty identifier", _credential(identifier=b""))
    bad("a credential with an identifier of 1024 bytes", _credential(identifier=b"\1" * 1024))
    bad("a credential with a compressed point", _credential(public=b"\2" + b"\2" * 32))
    bad("a credential with a point that claims to be compressed", _credential(public=b"\2" + b"\2" * 64))
    bad("a credential with an Ed25519 key of 31 bytes", _credential(kind="ed25519", public=b"\5" * 31))
    bad("a credential with padding", _credential() + "==")
    bad("a credential without its key", _credential().rpartition(" ")[0])
    bad("a credential with a word too many", _credential() + " AA")
    bad("two credentials of one identifier", _credential(), _credential(USER_2, public=b"\4" + b"\6" * 64))
    bad("two credentials of one key", _credential(), _credential(USER_2, identifier=b"\4"))


NEXT = f"{ARCHIVE}/minsk-2"
NEXT_LINE = f"desk {NEXT} log {vkey(NEXT, 11)}"
THIRD, THIRD_LINE = f"{ARCHIVE}/minsk-3", f"desk {ARCHIVE}/minsk-3 log {vkey(f'{ARCHIVE}/minsk-3', 12)}"
LOST, LEFT = f"120 {b64(bytes([1]) * 32)}", f"100 {b64(bytes([2]) * 32)}"
SUCCESSOR_LINE = f"successor {NEXT} {DESK} {LOST} {LEFT}"


def _third(*lines: str, **options: int | str) -> bytes:
    """Return a list of version 3."""
    cut = _second(*lines, **options).decode().partition("\n\n")[0] + "\n"
    return _sealed(cut.replace("keylist/2", "keylist/3", 1))


def _successors() -> None:
    """Lines that name a log which goes on after a closed one."""
    facts = {"archive": ARCHIVE, "issued": ISSUED, "number": 1, "previous": None}
    pair = (LOG_LINE, NEXT_LINE)
    _keylist("a key list of version 3 names a successor", _third(*pair, SUCCESSOR_LINE), **facts, lines=3)
    _keylist(
        "a key list of version 3 names a credential as well",
        _third(*pair, SUCCESSOR_LINE, _credential()),
        **facts,
        lines=4,
    )
    again = f"successor {THIRD} {NEXT} {LOST} {LEFT}"
    _keylist("a successor that is succeeded", _third(*pair, THIRD_LINE, SUCCESSOR_LINE, again), **facts, lines=5)
    nothing = f"successor {NEXT} {DESK} {LOST} 0 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
    _keylist("a successor of a log of which nothing is left", _third(*pair, nothing), **facts, lines=3)

    def bad(sentence: str, *lines: str) -> None:
        _keylist(sentence, _third(*lines), code="malformed.keylist")

    _keylist("a key list of version 2 names no successor", _second(*pair, SUCCESSOR_LINE), code="malformed.keylist")
    bad("a key list of version 3 without a successor", *pair)
    bad("a successor that has no key in the list", LOG_LINE, SUCCESSOR_LINE)
    bad("a successor of a log that has no key in the list", NEXT_LINE, SUCCESSOR_LINE)
    bad(
        "a second successor of one log", *pair, THIRD_LINE, SUCCESSOR_LINE, SUCCESSOR_LINE.replace("minsk-2", "minsk-3")
    )
    bad("a second head of one closed log", *pair, SUCCESSOR_LINE, SUCCESSOR_LINE.replace(" 120 ", " 121 "))
    bad("one log that goes on after two", *pair, THIRD_LINE, SUCCESSOR_LINE, f"successor {NEXT} {THIRD} {LOST} {LEFT}")
    bad("a log that is its own successor", LOG_LINE, SUCCESSOR_LINE.replace("minsk-2", "minsk-1"))
    bad("two logs that go on after each other", *pair, SUCCESSOR_LINE, f"successor {DESK} {NEXT} {LOST} {LEFT}")
    bad("a successor in another archive", *pair, SUCCESSOR_LINE.replace(NEXT, "other.example/x"))
    bad("more held than was ever signed for", *pair, SUCCESSOR_LINE.replace(" 100 ", " 121 "))
    bad("all held and another root", *pair, SUCCESSOR_LINE.replace(" 100 ", " 120 "))
    bad("a successor with a root of 31 bytes", *pair, SUCCESSOR_LINE.replace(LOST, f"120 {b64(bytes(31))}"))
    bad("a successor with a leading zero in a size", *pair, SUCCESSOR_LINE.replace(" 120 ", " 0120 "))
    bad("a successor without what is held", *pair, SUCCESSOR_LINE.rpartition(" 100 ")[0])


def _successions() -> None:
    old = _list(*sorted(ALL))
    previous = sha256(old).hexdigest()

    def follows(sentence: str, new: bytes, code: str | None = None) -> None:
        more = {} if code is None else {"code": code}
        vector("keylist", sentence, "succession", {"new": b64(new), "old": b64(old), "root": ROOT_KEY}, **more)

    broken = "refuted.keylist-succession"
    follows(
        "a list that adds a key follows",
        _list(*sorted((*ALL, f"user {USER_2} {vkey(f'{ARCHIVE}/user/{USER_2}', 6)}")), number=2, previous=previous),
    )
    follows("a list that revokes a key follows", _list(*sorted((*ALL, REVOKED_LINE)), number=2, previous=previous))
    follows(
        "a list with somebody else in a seat follows",
        _list(*sorted((*ALL[:4], SEAT_LINE.replace("q", "z"), USER_LINE)), number=2, previous=previous),
    )
    named = _second(*ALL, _credential(), number=2, previous=previous)
    follows("a list that names a first credential follows", named)
    both = (*ALL, NEXT_LINE)
    follows("a list that names a first successor follows", _third(*both, SUCCESSOR_LINE, number=2, previous=previous))
    follows("a list that skips a number does not follow", _list(*sorted(ALL), number=3, previous=previous), broken)
    follows(
        "a list that names another before it does not follow", _list(*sorted(ALL), number=2, previous="ab" * 32), broken
    )
    follows(
        "a list with an earlier time does not follow",
        _list(*sorted(ALL), number=2, previous=previous, issued="2026-11-21T22:52:59Z"),
        broken,
    )
    follows(
        "a list that drops a key does not follow",
        _list(*sorted(row for row in ALL if row != USER_LINE), number=2, previous=previous),
        broken,
    )
    follows("a list is not its own successor", old, broken)
    vector(
        "keylist",
        "a list that drops a credential does not follow",
        "succession",
        {
            "new": b64(_list(*sorted(ALL), number=3, previous=sha256(named).hexdigest())),
            "old": b64(named),
            "root": ROOT_KEY,
        },
        code=broken,
    )
    successors = _third(*both, SUCCESSOR_LINE, THIRD_LINE, number=2, previous=previous)
    other = SUCCESSOR_LINE.replace("minsk-2", "minsk-3")
    for sentence, lines in (
        ("a list that drops a successor does not follow", both),
        ("a list that names another successor in its place does not follow", (*both, THIRD_LINE, other)),
        (
            "a list that names another head of the closed log does not follow",
            (*both, THIRD_LINE, SUCCESSOR_LINE.replace(LOST, f"119 {b64(bytes([1]) * 32)}")),
        ),
    ):
        make = _third if any(line.startswith("successor") for line in lines) else lambda *a, **o: _list(*sorted(a), **o)
        new = make(*lines, number=3, previous=sha256(successors).hexdigest())
        given = {"new": b64(new), "old": b64(successors), "root": ROOT_KEY}
        vector("keylist", sentence, "succession", given, code=broken)
