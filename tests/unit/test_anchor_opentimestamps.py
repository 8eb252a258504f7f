# SPDX-License-Identifier: AGPL-3.0-or-later
"""OpenTimestamps files are read and asked for, and what they say is never called proven."""

import subprocess
import sys
import threading
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from opentimestamps.core.notary import BitcoinBlockHeaderAttestation, PendingAttestation
from opentimestamps.core.op import OpAppend, OpSHA256
from opentimestamps.core.serialize import BytesSerializationContext
from opentimestamps.core.timestamp import DetachedTimestampFile, Timestamp

from sviedka.anchor.opentimestamps import (
    CalendarsUnreachable,
    ProofFileMalformed,
    ProofFileRefuted,
    read_proof_file,
    request_proof_file,
    upgrade_proof_file,
)
from sviedka.core.base.errors import TooLarge

DIGEST = sha256(b"a frozen checkpoint").digest()
NONCE = b"\x33" * 16


def proof(*attestations, digest=DIGEST, op=None):
    stamp = Timestamp(digest)
    end = stamp.ops.add(OpAppend(NONCE)).ops.add(OpSHA256())
    end.attestations.update(attestations)
    context = BytesSerializationContext()
    DetachedTimestampFile(op or OpSHA256(), stamp).serialize(context)
    return context.getbytes()


def test_importing_the_library_gives_no_warnings():
    """It pulls in an old Bitcoin library, which has trouble with new versions of OpenSSL and Python."""
    subprocess.run([sys.executable, "-W", "error", "-c", "import sviedka.anchor.opentimestamps"], check=True)


def test_a_pending_file_says_whom_to_ask():
    finding = read_proof_file(proof(PendingAttestation("https://calendar.example")), digest=DIGEST)
    assert finding.pending == ("https://calendar.example",)
    assert finding.bitcoin_heights == ()


def test_a_finished_file_names_the_blocks():
    data = proof(BitcoinBlockHeaderAttestation(800_001), BitcoinBlockHeaderAttestation(799_999))
    assert read_proof_file(data, digest=DIGEST).bitcoin_heights == (799_999, 800_001)


def test_a_file_for_another_digest_is_refuted():
    with pytest.raises(ProofFileRefuted):
        read_proof_file(proof(PendingAttestation("https://calendar.example")), digest=sha256(b"other").digest())


def test_a_file_that_is_none_is_malformed():
    good = proof(PendingAttestation("https://calendar.example"))
    for bad in (b"", good[:-1], good + b"\0", b"x" + good, good[:31] + b"\x02" + good[32:]):
        with pytest.raises(ProofFileMalformed):
            read_proof_file(bad, digest=DIGEST)
    with pytest.raises(TooLarge):
        read_proof_file(good + bytes(70_000), digest=DIGEST)


class Calendar(ThreadingHTTPServer):
    """A calendar on loopback: promises at once, and has a block when told so."""

    def __init__(self):
        self.height = None
        self.seen = []
        super().__init__(("127.0.0.1", 0), CalendarHandler)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}"


class CalendarHandler(BaseHTTPRequestHandler):
    def do_POST(self):
        digest = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.seen.append(digest)
        self.answer(digest, PendingAttestation(self.server.url))

    def do_GET(self):
        if self.server.height is None:
            self.send_error(404)
        else:
            self.answer(bytes.fromhex(self.path.rpartition("/")[2]), BitcoinBlockHeaderAttestation(self.server.height))

    def answer(self, message, attestation):
        stamp = Timestamp(message)
        stamp.ops.add(OpSHA256()).attestations.add(attestation) if isinstance(
            attestation, BitcoinBlockHeaderAttestation
        ) else stamp.attestations.add(attestation)
        context = BytesSerializationContext()
        stamp.serialize(context)
        self.send_response(200)
        self.send_header("Content-Length", str(len(context.getbytes())))
        self.end_headers()
        self.wfile.write(context.getbytes())

    def log_message(self, *_):
        pass


@contextmanager
def calendars(count):
    servers = [Calendar() for _ in range(count)]
    threads = [threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}) for server in servers]
    for thread in threads:
        thread.start()
    try:
        yield servers
    finally:
        for server, thread in zip(servers, threads, strict=True):
            server.shutdown()
            thread.join()
            server.server_close()


@pytest.mark.network
def test_two_calendars_promise_and_later_have_a_block():
    with calendars(2) as (first, second):
        urls = [first.url, second.url]
        pending = request_proof_file(DIGEST, urls, nonce=NONCE)
        assert read_proof_file(pending, digest=DIGEST).pending == tuple(sorted(urls))
        assert DIGEST not in first.seen + second.seen
        assert upgrade_proof_file(pending, calendars=urls) == pending
        first.height = 800_000
        assert upgrade_proof_file(pending, calendars=[second.url]) == pending
        upgraded = upgrade_proof_file(pending, calendars=urls)
        assert read_proof_file(upgraded, digest=DIGEST).bitcoin_heights == (800_000,)


@pytest.mark.network
def test_one_calendar_is_not_enough():
    with calendars(1) as (only,), pytest.raises(CalendarsUnreachable):
        request_proof_file(DIGEST, [only.url, "http://127.0.0.1:9"], nonce=NONCE)
