# SPDX-License-Identifier: AGPL-3.0-or-later
"""A real browser with a virtual authenticator asserts a statement, and the keeper takes it; without verification it does not.

Chromium's own WebAuthn makes the credential and signs, on a page of this machine; nothing of it is imitated.
"""

import base64
import json
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key
from keeper_desk import PASSPHRASE, Desk
from playwright.sync_api import sync_playwright
from several_users import archive_name, listed, new_user, next_list, revoke

from sviedka.core.seal.asserting import verify_asserted
from sviedka.core.seal.assertion import WebauthnAssertion, challenge_of
from sviedka.core.seal.assertion_errors import AssertionKeyUnknown, AssertionRefuted
from sviedka.core.seal.credential import ED25519, ES256, Credential
from sviedka.core.seal.statement import parse_jwt, read_disclosures
from sviedka.core.seal.webauthn import SignedInBrowser, flatten_es256
from sviedka.keeper.client import Keeper
from sviedka.keeper.errors import UserRevoked
from sviedka.keeper.keylist_proposing import Wanted, propose
from sviedka.keeper.unlocking import lock, unlock
from sviedka.vault.clock import now
from sviedka.vault.entropy import new_id

pytestmark = pytest.mark.network

ALGORITHMS = {ES256: -7, ED25519: -8}  # COSE, RFC 9053 §2

CREATE = """async ({algorithm}) => {
  const made = await navigator.credentials.create({publicKey: {
    challenge: new Uint8Array(32), rp: {id: 'localhost', name: 'desk'},
    user: {id: new Uint8Array(16), name: 'u', displayName: 'u'},
    pubKeyCredParams: [{type: 'public-key', alg: algorithm}],
    authenticatorSelection: {userVerification: 'required'},
  }});
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)));
  return {id: text(made.rawId), key: text(made.response.getPublicKey())};
}"""

ASSERT = """async ({challenge, id, verification}) => {
  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const {rawId, response} = await navigator.credentials.get({publicKey: {
    challenge: bytes(challenge), rpId: 'localhost', userVerification: verification,
    allowCredentials: [{type: 'public-key', id: bytes(id)}],
  }});
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)));
  return {
    credential: text(rawId), authenticator: text(response.authenticatorData),
    client: text(response.clientDataJSON), signature: text(response.signature),
  };
}"""


class EmptyPage(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>desk</title>")

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def pages():
    """Return the origins of two pages of this machine."""
    servers = [ThreadingHTTPServer(("127.0.0.1", 0), EmptyPage) for _ in range(2)]
    threads = [threading.Thread(target=server.serve_forever) for server in servers]
    for thread in threads:
        thread.start()
    yield [f"http://localhost:{server.server_address[1]}" for server in servers]
    for server, thread in zip(servers, threads, strict=True):
        server.shutdown()
        server.server_close()
        thread.join()


class Browser:
    """A tab on the desk's page, with an authenticator that verifies its user or does not."""

    def __init__(self, tab):
        self.tab = tab
        self._devtools = tab.context.new_cdp_session(tab)
        self._devtools.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        added = self._devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        self._authenticator = added["authenticatorId"]

    def create(self, archive, user, algorithm, origin):
        """Make a credential, and return it as the key list names it."""
        made = self.tab.evaluate(CREATE, {"algorithm": ALGORITHMS[algorithm]})
        key = load_der_public_key(raw(made["key"]))
        public = (
            key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
            if algorithm == ES256
            else key.public_bytes_raw()
        )
        return Credential(
            archive=archive_name(archive),
            user=user,
            algorithm=algorithm,
            origin=origin,
            rp_id="localhost",
            credential_id=raw(made["id"]),
            public=public,
        )

    def sign(self, pending, credential, *, verified=True):
        """Have the authenticator sign what a pending statement asks for."""
        self._devtools.send(
            "WebAuthn.setUserVerified", {"authenticatorId": self._authenticator, "isUserVerified": verified}
        )
        asked = {
            "challenge": base64.b64encode(challenge_of(pending.message)).decode(),
            "id": base64.b64encode(credential.credential_id).decode(),
            "verification": "required" if verified else "discouraged",
        }
        told = self.tab.evaluate(ASSERT, asked)
        signature = raw(told["signature"])
        return WebauthnAssertion(
            by=credential.user,
            signed=SignedInBrowser(
                credential_id=raw(told["credential"]),
                authenticator_data=raw(told["authenticator"]),
                client_data=raw(told["client"]),
                signature=flatten_es256(signature) if credential.algorithm == ES256 else signature,
            ),
        )


@pytest.fixture(scope="module")
def chromium():
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--headless", "--no-sandbox", "--disable-gpu"]
        )
        yield running
        running.close()


@pytest.fixture
def browser(chromium, pages):
    context = chromium.new_context()
    tab = context.new_page()
    tab.goto(pages[0])
    yield Browser(tab)
    context.close()


def raw(text):
    return base64.b64decode(text, validate=True)


def unlocked(founded):
    unlock(founded.archive, bytearray(PASSPHRASE))
    return Keeper.connect(founded.archive)


@pytest.fixture
def office(founded, browser, pages):
    """Return an unlocked desk, and a function that lists credentials made in the browser."""

    def listing(algorithm=ES256, origin=None):
        credential = browser.create(founded.archive, founded.actor, algorithm, origin or pages[0])
        next_list(founded.archive, founded.offline_dir, PASSPHRASE, credential)
        return credential

    yield listing
    lock(founded.archive)


def prepared(keeper, founded):
    desk = Desk(keeper=keeper, archive=founded.archive)
    (pending,) = keeper.prepare([desk.draft(kind="approval/1", approves=new_id(), action="release", by=founded.actor)])
    return pending


@pytest.mark.parametrize("algorithm", [ES256, ED25519])
def test_a_browser_asserts_and_the_keeper_and_a_reader_take_it(founded, office, browser, algorithm):
    credential = office(algorithm)
    with unlocked(founded) as keeper:
        pending = prepared(keeper, founded)
        (composed,) = keeper.finish([(pending, browser.sign(pending, credential))])
    texts = [text for group in composed.groups for text in group.disclosures]
    statement = read_disclosures(parse_jwt(composed.jwt), texts)
    assert verify_asserted(statement, keylist=listed(founded.archive)) == credential


def test_a_person_whom_the_authenticator_did_not_verify_asserts_nothing(founded, office, browser):
    credential = office()
    with unlocked(founded) as keeper:
        pending = prepared(keeper, founded)
        unverified = browser.sign(pending, credential, verified=False)
        assert not unverified.signed.authenticator_data[32] & 0x04
        with pytest.raises(AssertionRefuted):
            keeper.finish([(pending, unverified)])
        pending = prepared(keeper, founded)
        assert keeper.finish([(pending, browser.sign(pending, credential))])


def test_another_page_of_the_same_machine_cannot_have_it_asserted(founded, office, browser, pages):
    credential = office()
    with unlocked(founded) as keeper:
        pending = prepared(keeper, founded)
        browser.tab.goto(pages[1])
        elsewhere = browser.sign(pending, credential)
        assert json.loads(elsewhere.signed.client_data)["origin"] == pages[1]
        with pytest.raises(AssertionRefuted):
            keeper.finish([(pending, elsewhere)])


def test_an_assertion_of_one_statement_is_none_of_another(founded, office, browser):
    credential = office()
    with unlocked(founded) as keeper:
        first, second = prepared(keeper, founded), prepared(keeper, founded)
        assertion = browser.sign(first, credential)
        with pytest.raises(AssertionRefuted):
            keeper.finish([(second, assertion)])
        assert keeper.finish([(first, assertion)])


def test_who_was_taken_out_asserts_with_no_credential_either(founded, office, browser, pages):
    """Control: before that the same credential asserts for them, whoever is logged in."""
    second = new_user(founded.archive, founded.offline_dir, PASSPHRASE, b"their own words")
    credential = replace(browser.create(founded.archive, second, ES256, pages[0]), user=second)
    next_list(founded.archive, founded.offline_dir, PASSPHRASE, credential)
    for out in (False, True):
        if out:  # their key alone, by a list that forgets the credential
            kid = listed(founded.archive).user_key(second).kid
            revoke(founded.archive, founded.offline_dir, PASSPHRASE, kid)
        unlock(founded.archive, bytearray(PASSPHRASE), user=founded.actor)
        with Keeper.connect(founded.archive) as keeper:
            desk = Desk(keeper=keeper, archive=founded.archive)
            (pending,) = keeper.prepare([desk.draft(kind="approval/1", approves=new_id(), action="x", by=second)])
            assertion = browser.sign(pending, credential)
            if out:
                with pytest.raises(UserRevoked):
                    keeper.finish([(pending, assertion)])
            else:
                assert keeper.finish([(pending, assertion)])
        lock(founded.archive)


def test_revoking_a_person_in_a_proposal_takes_back_their_credentials(founded, office):
    credential = office()
    proposal = propose(founded.archive, Wanted(revoked=(founded.actor,), reason="seized"), now=now())
    kids = {entry.kid for entry in proposal.added}
    assert kids == {credential.kid, listed(founded.archive).user_key(founded.actor).kid}
    alone = propose(founded.archive, Wanted(revoked=(credential.kid,), reason="lost"), now=now())
    assert [entry.kid for entry in alone.added] == [credential.kid]


def test_a_credential_asserts_only_while_the_root_lists_it(founded, office, browser):
    unlisted = browser.create(founded.archive, founded.actor, ES256, "http://localhost:1")
    credential = office()
    with unlocked(founded) as keeper:
        pending = prepared(keeper, founded)
        with pytest.raises(AssertionKeyUnknown):
            keeper.finish([(pending, browser.sign(pending, unlisted))])
    lock(founded.archive)
    revoke(founded.archive, founded.offline_dir, PASSPHRASE, credential.kid)
    with unlocked(founded) as keeper:
        pending = prepared(keeper, founded)
        with pytest.raises(UserRevoked):
            keeper.finish([(pending, browser.sign(pending, credential))])
