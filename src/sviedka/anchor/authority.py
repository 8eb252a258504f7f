# SPDX-License-Identifier: AGPL-3.0-or-later
"""A time authority as the archive knows it, and asking it for a token over HTTP.

The authority learns a digest and a random number, nothing else. Its answer is untrusted here; `stamping` verifies it
before anything is kept. Spec: spec/05-time.md §2. Source: RFC 3161 §3.4.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from sviedka.anchor.http_client import AddressMalformed, PeerUnreachable, ask
from sviedka.core.base.errors import Unavailable
from sviedka.core.seal.policy_terms import AuthorityKind, PinnedAuthority
from sviedka.core.seal.stamp_chain import BROKEN, fingerprint, load_certificate, read_certificates
from sviedka.core.seal.stamp_errors import StampMalformed
from sviedka.core.seal.stamp_message import MAX_REPLY_BYTES, parse_reply

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

MAX_CRL_BYTES: Final = 4_194_304


class AuthorityRefused(Unavailable):
    """The authority answered with something that is no time stamp reply."""

    code = "unavailable.authority-refused"
    hint = "Look at the authority's own page; the checkpoint waits and other authorities are asked."


@dataclass(frozen=True, kw_only=True, slots=True)
class Authority:
    """A time authority from the archive's configuration.

    Attributes:
        name: Short word; names its files.
        url: Where it answers.
        kind: Whose clock it is.
        root_pem: The pinned root certificate, PEM.
    """

    name: str
    url: str
    kind: AuthorityKind
    root_pem: bytes

    @property
    def pin(self) -> PinnedAuthority:
        """How a policy names it; raise `StampMalformed` if the root file is not one certificate."""
        roots = read_certificates(self.root_pem)
        if len(roots) != 1:
            raise StampMalformed("The root of a time authority is one certificate; the file holds {n}.", n=len(roots))
        return PinnedAuthority(sha256=fingerprint(roots[0]), kind=self.kind, name=self.name)


def request_token(authority: Authority, request: bytes) -> bytes:
    """Send a request (TimeStampReq, DER); return the reply (TimeStampResp, DER), not verified.

    Raises:
        PeerUnreachable: No answer in time.
        AuthorityRefused: Not HTTP 200, or another media type.
    """
    answer = ask(authority.url, body=request, media_type="application/timestamp-query", max_bytes=MAX_REPLY_BYTES)
    if answer.status != 200 or answer.media_type != "application/timestamp-reply":
        raise AuthorityRefused("The time authority answered {status} and no token.", status=answer.status)
    return answer.body


def collect_chain(token: bytes, root_pem: bytes) -> bytes:
    """Return, as PEM, the certificates in a token and the pinned root: what is kept beside the token.

    The order is by certificate bytes, the root last, so that the same token gives the same file.
    """
    root = read_certificates(root_pem)[0]
    inside = [load_certificate(der) for der in sorted(parse_reply(token).signed_data.certificates)]
    return b"".join(item.public_bytes(Encoding.PEM) for item in (*(item for item in inside if item != root), root))


def fetch_revocation_lists(chain: bytes, *, fetch: Callable[[str], bytes] | None = None) -> bytes:
    """Fetch, as PEM, the revocation lists that the certificates of a chain name. Best effort: none is no error.

    A list that cannot be had now is missing in the result, and verifying then says "unknown"; it is not made up for.
    """
    get = fetch or _get
    lists: dict[bytes, None] = {}
    for url in _distribution_points(read_certificates(chain)):
        try:
            lists[_as_pem(get(url))] = None
        except (PeerUnreachable, AddressMalformed, StampMalformed):
            continue
    return b"".join(lists)


def _get(url: str) -> bytes:
    answer = ask(url, max_bytes=MAX_CRL_BYTES)
    if answer.status != 200:
        raise PeerUnreachable("No revocation list is at the address that the certificate names.")
    return answer.body


def _distribution_points(certificates: Iterable[x509.Certificate]) -> list[str]:
    urls: dict[str, None] = {}
    for certificate in certificates:
        for extension in certificate.extensions:
            if isinstance(extension.value, x509.CRLDistributionPoints):
                names = [name for point in extension.value for name in point.full_name or ()]
                urls |= {name.value: None for name in names if isinstance(name, x509.UniformResourceIdentifier)}
    return [url for url in urls if url.startswith(("http://", "https://"))]


def _as_pem(data: bytes) -> bytes:
    try:
        crl = x509.load_pem_x509_crl(data) if data.startswith(b"-----BEGIN") else x509.load_der_x509_crl(data)
        return crl.public_bytes(Encoding.PEM)
    except BROKEN as reason:
        raise StampMalformed("What the authority gave as its revocation list is none.") from reason
