# SPDX-License-Identifier: AGPL-3.0-or-later
"""The S3 server of the tests: SeaweedFS' `weed`, started once, killed hard, its data in a temporary folder."""

import json
import os
import secrets
import socket
import subprocess
import sys
import time
from pathlib import Path

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

WEED = Path(sys.executable).with_name("weed")
PORTS = ("master", "master.grpc", "volume", "volume.grpc", "filer", "filer.grpc", "s3", "s3.grpc")
WAIT_S = 120


class BucketServer:
    """One server. `start` again after `kill`: the data is still there, and so are the ports."""

    def __init__(self, folder):
        self.folder = folder
        self.access, self.secret = secrets.token_hex(8), secrets.token_hex(16)
        identity = {
            "name": "office",
            "credentials": [{"accessKey": self.access, "secretKey": self.secret}],
            "actions": ["Admin", "Read", "Write", "List", "Tagging"],
        }
        (folder / "s3.json").write_text(json.dumps({"identities": [identity]}))
        (folder / "data").mkdir()
        # a new bucket takes one volume, not seven: there are many buckets here, and room for so many volumes
        (folder / "master.toml").write_text("[master.volume_growth]\ncopy_1 = 1\n")
        self._ports = dict(zip(PORTS, free_ports(len(PORTS)), strict=True))
        self.endpoint = f"http://127.0.0.1:{self._ports['s3']}"
        self.master = f"127.0.0.1:{self._ports['master']}"
        self._process = None
        self._number = 0

    def start(self):
        """Start, and wait until an object can be written."""
        places = [
            f"-{name.partition('.')[0]}.port{'.grpc' if '.' in name else ''}={port}"
            for name, port in self._ports.items()
        ]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [
                    WEED,
                    "server",
                    f"-dir={self.folder / 'data'}",
                    "-ip=127.0.0.1",
                    "-ip.bind=127.0.0.1",
                    "-filer",
                    "-s3",
                    "-s3.autoCreateBucket=false",
                    "-s3.port.iceberg=0",  # two services that we do not want, on ports that another server may have
                    "-s3.port.lance=0",
                    f"-s3.config={self.folder / 's3.json'}",
                    "-master.telemetry=false",
                    "-master.electionTimeout=200ms",  # it is alone: after a kill it need not wait 10 s for others that may lead
                    "-master.heartbeatInterval=50ms",
                    "-master.volumeSizeLimitMB=64",
                    "-volume.max=500",
                    *places,
                ],
                stdout=log,
                stderr=log,
                cwd=self.folder,
                env={"HOME": str(self.folder), "PATH": os.environ["PATH"]},
            )
        self._wait()

    def kill(self):
        """Kill -9."""
        self._process.kill()
        self._process.wait()

    def client(self):
        return boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            aws_access_key_id=self.access,
            aws_secret_access_key=self.secret,
            region_name="us-east-1",
            config=Config(retries={"max_attempts": 1}, connect_timeout=2, read_timeout=30),
        )

    def bucket(self, *, days=None, mode="COMPLIANCE", versions=False):
        """Make a new bucket; with `days` under object lock, with `versions` keeping versions. Return its name."""
        self._number += 1
        name = f"bucket-{self._number}-{secrets.token_hex(4)}"
        s3 = self.client()
        s3.create_bucket(Bucket=name, ObjectLockEnabledForBucket=days is not None)
        if days is not None:
            rule = {"DefaultRetention": {"Mode": mode, "Days": days}}
            s3.put_object_lock_configuration(
                Bucket=name, ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": rule}
            )
        if versions:
            s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        return name

    def _wait(self):
        until = time.monotonic() + WAIT_S
        while True:
            try:
                s3 = self.client()
                if "ready" not in [one["Name"] for one in s3.list_buckets()["Buckets"]]:
                    s3.create_bucket(Bucket="ready")
                s3.put_object(Bucket="ready", Key="ready", Body=b"1")
            except (BotoCoreError, ClientError):
                if time.monotonic() > until or self._process.poll() is not None:
                    raise
                time.sleep(0.2)
            else:
                return


def free_ports(count):
    """Return ports that nobody listens on now, on loopback."""
    held = [socket.socket() for _ in range(count)]
    for one in held:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in held]
    for one in held:
        one.close()
    return ports
