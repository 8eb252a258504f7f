# SPDX-License-Identifier: AGPL-3.0-or-later
"""A time authority of our own, for tests and the demonstration. It is always labelled *internal*.

It proves order among ourselves and nothing to a stranger: whoever runs it can set its clock. The certificates say so in
their names. Replies are made by `openssl ts`; it listens on loopback only. Spec: spec/05-time.md §6.
"""

from __future__ import annotations

import subprocess
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Final

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from sviedka.anchor.internal_certificates import Issued, issue_root, issue_signer, make_revocation_list
from sviedka.core.base.errors import Unavailable

if TYPE_CHECKING:
    from datetime import datetime

MAX_REQUEST_BYTES: Final = 4_096
_TIMEOUT_S: Final = 20
_ROOT_DAYS: Final = 3650

# Without a line `certs`: openssl writes further certificates in an order that strict readers refuse.
_CONFIG: Final = """\
[ tsa ]
default_tsa = internal
[ internal ]
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/signer.pem
signer_key = {folder}/signer.key
signer_digest = sha256
default_policy = 1.3.6.1.4.1.99999.1.1
digests = sha256, sha384, sha512
accuracy = secs:1
ordering = yes
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
{extra}"""


class AuthorityBroken(Unavailable):
    """`openssl ts` is missing or refused to answer."""

    code = "unavailable.internal-authority"
    hint = "Install openssl; `openssl ts -help` must work."


@dataclass(frozen=True, kw_only=True)
class InternalAuthority:
    """The folder of an internal authority: keys (0600), certificates, serial number, revocation list."""

    folder: Path

    @property
    def root_pem(self) -> bytes:
        """The root certificate: what is pinned, as internal."""
        return (self.folder / "root.pem").read_bytes()

    @property
    def signer_pem(self) -> bytes:
        """The certificate that signs tokens."""
        return (self.folder / "signer.pem").read_bytes()

    @property
    def crl_pem(self) -> bytes:
        """The newest revocation list."""
        return (self.folder / "crl.pem").read_bytes()

    def answer(self, request: bytes) -> bytes:
        """Return the reply (TimeStampResp, DER) to a request (TimeStampReq, DER), stamped with this machine's clock.

        Raises:
            AuthorityBroken: `openssl ts` did not answer.
        """
        with _ONE_AT_A_TIME, tempfile.TemporaryDirectory(dir=self.folder) as scratch:
            query, reply = Path(scratch, "query"), Path(scratch, "reply")
            query.write_bytes(request)
            command = ["openssl", "ts", "-reply", "-config", str(self.folder / "openssl.cnf")]
            command += ["-queryfile", str(query), "-out", str(reply)]
            try:
                subprocess.run(command, check=True, capture_output=True, timeout=_TIMEOUT_S)
            except (OSError, subprocess.SubprocessError) as reason:
                raise AuthorityBroken("The internal time authority could not answer.") from reason
            return reply.read_bytes()

    def revoke_signer(self, *, at: datetime, reason: x509.ReasonFlags | None = None) -> None:
        """Put the signer's certificate on the revocation list, as revoked at `at`."""
        signer = x509.load_pem_x509_certificate(self.signer_pem)
        self._write_crl(at=at, revoked=((signer.serial_number, at, reason),))

    def renew_signer(self, *, start: datetime, end: datetime, crl_url: str | None = None) -> None:
        """Give the authority a new signing key and certificate, valid from `start` to `end`."""
        _write_signer(self.folder, self._root(), start=start, end=end, crl_url=crl_url)

    def _root(self) -> Issued:
        key = serialization.load_pem_private_key((self.folder / "root.key").read_bytes(), password=None)
        return Issued(certificate=x509.load_pem_x509_certificate(self.root_pem), key=_elliptic(key))

    def _write_crl(
        self, *, at: datetime, revoked: tuple[tuple[int, datetime, x509.ReasonFlags | None], ...] = ()
    ) -> None:
        crl = make_revocation_list(self._root(), at=at, revoked=revoked)
        (self.folder / "crl.pem").write_bytes(crl.public_bytes(serialization.Encoding.PEM))


def create_internal_authority(
    folder: Path,
    *,
    name: str,
    start: datetime,
    end: datetime | None = None,
    crl_url: str | None = None,
    with_root_in_token: bool = False,
) -> InternalAuthority:
    """Make the keys and certificates of an internal authority in a new `folder`.

    Args:
        folder: Must not exist; made with mode 0700.
        name: Stands in the certificates' names, after the words that call it internal.
        start: From when the certificates are valid.
        end: Until when the signer is valid; one year after `start` if None.
        crl_url: Where the signer's certificate says that the revocation list is.
        with_root_in_token: Have openssl put the root into each token too; it then orders the certificates as strict
            readers refuse (kept to test that we cope).
    """
    folder.mkdir(mode=0o700)
    root = issue_root(name, start=start, end=start + timedelta(days=_ROOT_DAYS))
    _write(folder / "root.key", _private_pem(root.key))
    (folder / "root.pem").write_bytes(_public_pem(root.certificate))
    _write_signer(folder, root, start=start, end=end or start + timedelta(days=365), crl_url=crl_url)
    (folder / "serial").write_text("01\n")
    extra = f"certs = {folder}/root.pem\n" if with_root_in_token else ""
    (folder / "openssl.cnf").write_text(_CONFIG.format(folder=folder, extra=extra))
    authority = InternalAuthority(folder=folder)
    authority._write_crl(at=start)  # noqa: SLF001  # the same module makes and keeps it
    return authority


def serve_authority(authority: InternalAuthority, *, port: int = 0) -> ThreadingHTTPServer:
    """Return a server bound to loopback, not yet running: POST / answers requests, GET /crl.pem gives the list.

    The caller runs `serve_forever` and `shutdown`; with port 0 the system chooses one (`server_address[1]`).
    """

    class Handler(BaseHTTPRequestHandler):
        timeout = _TIMEOUT_S

        def do_POST(self) -> None:  # named by http.server
            length = int(self.headers.get("Content-Length") or 0)
            if not 0 < length <= MAX_REQUEST_BYTES:
                self.send_error(413)
                return
            try:
                reply = authority.answer(self.rfile.read(length))
            except AuthorityBroken:
                self.send_error(500)
                return
            self._send("application/timestamp-reply", reply)

        def do_GET(self) -> None:  # named by http.server
            if self.path == "/crl.pem":
                self._send("application/x-pem-file", authority.crl_pem)
            else:
                self.send_error(404)

        def log_message(self, *_: object) -> None:
            """Keep no record of who asked."""

        def _send(self, media_type: str, body: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return ThreadingHTTPServer(("127.0.0.1", port), Handler)


_ONE_AT_A_TIME: Final = Lock()
"""openssl reads and writes the serial number without a lock of its own."""


def _write_signer(folder: Path, root: Issued, *, start: datetime, end: datetime, crl_url: str | None) -> None:
    signer = issue_signer(root, start=start, end=end, crl_url=crl_url)
    _write(folder / "signer.key", _private_pem(signer.key))
    (folder / "signer.pem").write_bytes(_public_pem(signer.certificate))


def _write(path: Path, data: bytes) -> None:
    path.touch(mode=0o600)
    path.write_bytes(data)


def _public_pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _private_pem(key: EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _elliptic(key: object) -> EllipticCurvePrivateKey:
    if not isinstance(key, EllipticCurvePrivateKey):
        raise AuthorityBroken("The internal time authority's key is of another kind.")
    return key
