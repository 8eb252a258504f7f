# SPDX-License-Identifier: AGPL-3.0-or-later
"""A file system of its own in a file, whose power can be cut (root only).

The cut is `FS_IOC_SHUTDOWN` without a flush of the log: from that moment nothing that only lay in the page cache or in the journal's
memory reaches the disk, as when the plug is pulled. A disk that lies about its own cache is not modelled.
"""

import fcntl
import os
import shutil
import struct
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

FS_IOC_SHUTDOWN = 0x8004587D  # _IOR('X', 125, __u32), linux/fs.h; XFS calls it XFS_IOC_GOINGDOWN
NOLOGFLUSH = 2
MKFS = {
    "ext4": (["mkfs.ext4", "-q", "-F", "-E", "lazy_itable_init=0,nodiscard", "-m", "0", "-b", "4096"], 96),
    "xfs": (["mkfs.xfs", "-q", "-f", "-K"], 320),  # xfsprogs 5.19 makes nothing under 300 MB
}


class LoopDisk:
    """A mounted file system; `cut` ends it as a power cut does, `mount` is the next start."""

    def __init__(self, folder, kind, *, size_mib=None):
        command, usual = MKFS[kind]
        self.image, self.mountpoint = folder / f"{kind}.img", folder / "disk"
        self.image.touch()
        os.truncate(self.image, (size_mib or usual) << 20)
        subprocess.run([*command, str(self.image)], check=True)
        self.mountpoint.mkdir()
        self.mount()

    def mount(self):
        """Start again; the kernel replays the journal."""
        subprocess.run(["mount", "-o", "loop,noatime", str(self.image), str(self.mountpoint)], check=True)

    def cut(self):
        """Pull the plug. Whoever still works on it gets errors from now on."""
        handle = os.open(self.mountpoint, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.ioctl(handle, FS_IOC_SHUTDOWN, struct.pack("I", NOLOGFLUSH))
        finally:
            os.close(handle)

    def unmount(self):
        """Take the disk away; every process that used it has ended."""
        for _ in range(100):
            if subprocess.run(["umount", str(self.mountpoint)], check=False, capture_output=True).returncode == 0:
                return
            time.sleep(0.02)  # the kernel has not let go of the last descriptor yet
        subprocess.run(["umount", str(self.mountpoint)], check=True)


@contextmanager
def loop_disk(folder, kind, *, size_mib=None):
    """Make a disk, in memory where there is room for it; it is gone when the block is left."""
    place = Path("/dev/shm")  # noqa: S108  # the folder of a test, with a name of its own
    roomy = place.is_dir() and shutil.disk_usage(place).free > 1 << 30
    home = place / f"sviedka-faults-{os.getpid()}-{kind}" if roomy else folder / f"disk-{kind}"
    home.mkdir()
    try:
        disk = LoopDisk(home, kind, size_mib=size_mib)
        try:
            yield disk
        finally:
            disk.unmount()
    finally:
        shutil.rmtree(home)
