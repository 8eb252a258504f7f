# SPDX-License-Identifier: AGPL-3.0-or-later
"""From an entry of `sviedka.toml` to a store: the folder, or the bucket with credentials from elsewhere."""

from __future__ import annotations

import os
import stat
import tomllib
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from obstore.store import S3Store as Bucket

from sviedka.vault.replica.errors import ReplicaDenied, ReplicasMalformed
from sviedka.vault.replica.folder_store import FolderStore
from sviedka.vault.replica.registry import PAYLOADS
from sviedka.vault.replica.s3_store import S3Store

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sviedka.vault.layout import Archive
    from sviedka.vault.replica.registry import ReplicaEntry
    from sviedka.vault.replica.store import ReplicaStore

_MOST_BYTES: Final = 65_536
_OTHERS: Final = 0o077


def open_replica(
    entry: ReplicaEntry, *, archive: Archive | None = None, environment: Mapping[str, str] | None = None
) -> ReplicaStore:
    """Return the store of a registered replica. Nothing is asked of it yet.

    Args:
        entry: From `read_replicas`.
        archive: Whose replica it is; None while there is no archive here (a restore).
        environment: Stands in for the process environment.

    Raises:
        ReplicaDenied: A bucket without credentials, or a file of credentials that others may read.
    """
    if entry.folder is not None:
        root = archive.root if archive is not None else None
        return FolderStore(Path(entry.folder), name=entry.name, archive_root=root)
    return _open_bucket(entry, os.environ if environment is None else environment)


def _open_bucket(entry: ReplicaEntry, environment: Mapping[str, str]) -> ReplicaStore:
    key, secret = _credentials(entry, environment)
    bucket = Bucket(
        entry.bucket,
        prefix=entry.prefix or None,
        endpoint=entry.endpoint or f"https://s3.{entry.region}.amazonaws.com",
        region=entry.region,
        access_key_id=key,
        secret_access_key=secret,
        virtual_hosted_style_request=False,
        checksum_algorithm="SHA256",  # Amazon refuses an object under lock without a checksum
        client_options={
            "allow_http": (entry.endpoint or "").startswith("http://"),
            "connect_timeout": timedelta(seconds=3),
            "timeout": timedelta(minutes=10),
        },
        retry_config={"max_retries": 2, "retry_timeout": timedelta(seconds=15)},
    )
    return S3Store(bucket, name=entry.name, locked_days=entry.retention_days if entry.holds == PAYLOADS else None)


def _credentials(entry: ReplicaEntry, environment: Mapping[str, str]) -> tuple[str, str]:
    if entry.credentials is not None:
        return _read_credentials(entry.name, entry.credentials)
    key, secret = environment.get("AWS_ACCESS_KEY_ID"), environment.get("AWS_SECRET_ACCESS_KEY")
    if not key or not secret:
        raise ReplicaDenied("There are no credentials for replica {replica}.", replica=entry.name)
    return key, secret


def _read_credentials(name: str, path: str) -> tuple[str, str]:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except (OSError, ValueError) as reason:
        raise ReplicaDenied("The credentials of replica {replica} cannot be read.", replica=name) from reason
    try:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode) or found.st_mode & _OTHERS:
            raise ReplicaDenied("The credentials of replica {replica} may be read by others.", replica=name)
        table = tomllib.loads(os.read(handle, _MOST_BYTES).decode("utf-8"))
        return str(table["access_key_id"]), str(table["secret_access_key"])
    except (ValueError, KeyError, RecursionError) as reason:
        raise ReplicasMalformed("The credentials of replica {replica} are not in their form.", replica=name) from reason
    finally:
        os.close(handle)
