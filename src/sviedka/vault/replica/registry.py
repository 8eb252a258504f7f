# SPDX-License-Identifier: AGPL-3.0-or-later
"""The replicas that an archive keeps, from `sviedka.toml`.

    [[replicas]]
    name = "office-b"
    holds = "payloads"                 # payloads, packs, logs, stamps, key lists; or "keys": slips, cells, keys
    url = "/mnt/office-b"              # a folder that is there, or s3://bucket/prefix

    [[replicas]]
    name = "vault-abroad"
    holds = "payloads"
    url = "s3://bucket/prefix"
    endpoint = "https://s3.example.org"
    region = "eu-1"
    retention_days = 365               # payloads in a bucket: its default rule locks at least so long
    credentials = "/etc/sviedka/s3"    # mode 0600; else AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY

Credentials never stand in `sviedka.toml`. Nothing there is believed: what a replica holds is read back.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from sviedka.vault.disk_errors import translating
from sviedka.vault.replica.errors import ReplicasMalformed

if TYPE_CHECKING:
    from sviedka.vault.layout import Archive

PAYLOADS: Final = "payloads"
KEYS: Final = "keys"
MAX_REPLICAS: Final = 16
_NAME: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?\Z")
_BUCKET: Final = re.compile(r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/([A-Za-z0-9._/-]{1,200}))?\Z")
_PARTS: Final = frozenset({"name", "holds", "url", "endpoint", "region", "retention_days", "credentials"})
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})
_MOST_DAYS: Final = 36_500


@dataclass(frozen=True, kw_only=True)
class ReplicaEntry:
    """One replica as it is registered.

    Attributes:
        name: Lower-case letters, digits, dashes; what messages call it.
        holds: `payloads` or `keys`.
        folder: An absolute path, or None for a bucket.
        bucket: Of `s3://bucket/prefix`, or None for a folder. prefix: Within it; may be empty.
        endpoint: Of the S3 service; None for Amazon's own.
        region: Of the bucket.
        retention_days: For payloads in a bucket: how long each object has to be locked; else None.
        credentials: File with `access_key_id` and `secret_access_key`; None for the environment.
    """

    name: str
    holds: str
    folder: str | None = None
    bucket: str | None = None
    prefix: str = ""
    endpoint: str | None = None
    region: str = "us-east-1"
    retention_days: int | None = None
    credentials: str | None = None


def read_replicas(archive: Archive) -> tuple[ReplicaEntry, ...]:
    """Return the registered replicas in the order of the file; none is no error.

    Raises:
        ReplicasMalformed: An entry that cannot be used, or two of one name.
        DiskError: The file cannot be read.
    """
    with translating():
        return parse_replicas(archive.config.read_bytes())


def parse_replicas(data: bytes) -> tuple[ReplicaEntry, ...]:
    """Read the `[[replicas]]` of a file like `sviedka.toml`; members that belong to other rooms are passed over.

    Raises:
        ReplicasMalformed: An entry that cannot be used, or two of one name.
    """
    try:
        entries = tomllib.loads(data.decode("utf-8")).get("replicas", [])
    except (ValueError, RecursionError) as reason:
        raise ReplicasMalformed("sviedka.toml is not in its format.") from reason
    if (
        not isinstance(entries, list)
        or len(entries) > MAX_REPLICAS
        or not all(isinstance(one, dict) for one in entries)
    ):
        raise ReplicasMalformed("{name} in sviedka.toml is a short list of entries.", name="replicas")
    found = tuple(_entry(one) for one in entries)
    if len({one.name for one in found}) != len(found):
        raise ReplicasMalformed("Two replicas in sviedka.toml have one name.")
    if len({(one.folder, one.endpoint, one.bucket, one.prefix) for one in found}) != len(found):
        raise ReplicasMalformed("Two replicas in sviedka.toml are one place.")  # payloads beside keys protect nothing
    return found


def read_exchange(archive: Archive) -> ReplicaEntry | None:
    """Return where desks meet, from the table `[exchange]` of `sviedka.toml`; None where it has none.

    It has `url`, and `endpoint`, `region`, `credentials` as a replica does. What is erased has to be gone from it, so it is
    taken for a place of keys: a bucket without versions and without locks.

    Raises:
        ReplicasMalformed: A table that cannot be used.
        DiskError: The file cannot be read.
    """
    with translating():
        data = archive.config.read_bytes()
    try:
        table = tomllib.loads(data.decode("utf-8")).get("exchange")
    except (ValueError, RecursionError) as reason:
        raise ReplicasMalformed("sviedka.toml is not in its format.") from reason
    if table is None:
        return None
    if not isinstance(table, dict) or not set(table) <= _PARTS - {"name", "holds", "retention_days"}:
        raise _unusable("exchange")
    return _entry({"name": "exchange", "holds": KEYS, **table})


def _entry(table: dict[str, object]) -> ReplicaEntry:
    name, holds, url = (_word(table, part) for part in ("name", "holds", "url"))
    if not _NAME.match(name) or holds not in {PAYLOADS, KEYS} or not set(table) <= _PARTS:
        raise _unusable(name)
    if url.startswith("/"):
        if set(table) - {"name", "holds", "url"}:
            raise _unusable(name)
        return ReplicaEntry(name=name, holds=holds, folder=url)
    found = _BUCKET.match(url)
    days = table.get("retention_days")
    if not found or (days is None) != (holds == KEYS) or ".." in url or "//" in url[5:]:
        raise _unusable(name)
    if days is not None and (not isinstance(days, int) or isinstance(days, bool) or not 1 <= days <= _MOST_DAYS):
        raise _unusable(name)
    return ReplicaEntry(
        name=name,
        holds=holds,
        bucket=found[1],
        prefix=(found[2] or "").strip("/"),
        endpoint=_endpoint(table, name),
        region=_word(table, "region") if "region" in table else "us-east-1",
        retention_days=days,
        credentials=_word(table, "credentials") if "credentials" in table else None,
    )


def _endpoint(table: dict[str, object], name: str) -> str | None:
    if "endpoint" not in table:
        return None
    endpoint = _word(table, "endpoint")
    try:
        parts = urlsplit(endpoint)
    except ValueError as reason:  # a bracket that is not closed
        raise _unusable(name) from reason
    plain = parts.scheme == "http" and parts.hostname in _LOOPBACK  # sizes and times would be read on the way
    if (parts.scheme != "https" and not plain) or not parts.hostname or parts.username or parts.query:
        raise _unusable(name)
    return endpoint


def _word(table: dict[str, object], part: str) -> str:
    value = table.get(part)
    if not isinstance(value, str) or not value or len(value) > 1_024:
        raise ReplicasMalformed("An entry of sviedka.toml lacks its {part}.", part=part)
    return value


def _unusable(name: str) -> ReplicasMalformed:
    shown = name if _NAME.match(name) else "?"
    return ReplicasMalformed("Replica {replica} cannot be used as it is registered in sviedka.toml.", replica=shown)
