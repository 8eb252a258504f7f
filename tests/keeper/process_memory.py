# SPDX-License-Identifier: AGPL-3.0-or-later
"""Everything that a process holds in memory, and a search for secrets in it in every spelling they could have.

Reads `/proc/<pid>/mem`, which shows more than a core dump: also what was marked as not to be dumped.
"""

import base64
import re
import subprocess
from pathlib import Path

import psutil

_REGION = re.compile(r"([0-9a-f]+)-([0-9a-f]+) r\S+ \S+ \S+ \S+ *(\S*)")


def read_memory(pid: int) -> bytes:
    """Return all readable memory of a process; one that has ended has none."""
    try:
        regions = Path(f"/proc/{pid}/maps").read_text()
        with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
            return b"\n".join(_read(memory, line) for line in regions.splitlines())
    except (FileNotFoundError, ProcessLookupError):
        return b""


def _read(memory, line: str) -> bytes:
    start, end, name = _REGION.match(line).groups() if _REGION.match(line) else ("0", "0", "")
    if name in {"[vvar]", "[vsyscall]", "[vvar_vclock]"}:
        return b""
    try:
        memory.seek(int(start, 16))
        return memory.read(int(end, 16) - int(start, 16)) or b""
    except (OSError, OverflowError, ValueError):
        return b""


def spellings(secret: bytes) -> dict[str, bytes]:
    """Return a secret as it stands, and as text would show it."""
    whole = len(secret) // 3 * 3  # the part of base64 that does not depend on what follows
    return {
        "bytes": secret,
        "hexadecimal": secret.hex().encode(),
        "HEXADECIMAL": secret.hex().upper().encode(),
        "base64": base64.b64encode(secret[:whole]),
        "base64url": base64.urlsafe_b64encode(secret[:whole]),
    }


def secrets_in(memory: bytes, secrets: dict[str, bytes]) -> set[str]:
    """Return the names of the secrets that memory holds in any spelling."""
    return {name for name, secret in secrets.items() if any(text in memory for text in spellings(secret).values())}


def dump_with_gdb(pid: int, folder: Path) -> bytes:
    """Return what gdb's gcore writes for a process."""
    path = folder / f"core.{pid}"
    subprocess.run(
        ["gdb", "-nx", "-batch", "-p", str(pid), "-ex", f"generate-core-file {path}"], capture_output=True, check=True
    )
    data = path.read_bytes()
    path.unlink()
    return data


def is_gone(pid: int) -> bool:
    """Tell whether a process holds no memory any more: ended, perhaps not yet waited for."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
