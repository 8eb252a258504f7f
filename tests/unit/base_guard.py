# SPDX-License-Identifier: AGPL-3.0-or-later
"""The beginning of a program that has the base install only, and of the system only what Windows and macOS have too.

It refuses every package but the base and every module that only POSIX systems have, and takes the functions that
Windows lacks out of `os`. It stands for those systems; it is not a run on them (that is `tools/base_install_check.py`).
"""

GUARD = """
import sys, os, shutil, argparse, locale, gettext, json, traceback

class OnlyTheBase:
    allowed = set(sys.stdlib_module_names) | {"sviedka", "cryptography", "rfc3161_client", "_cffi_backend", "cffi"}
    posix = {"fcntl", "termios", "tty", "pty", "resource", "pwd", "grp", "syslog", "readline", "curses"}

    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        if top not in self.allowed or top in self.posix:
            raise ModuleNotFoundError(f"{name} is not in the base install of every system", name=name)
        return None

for name in OnlyTheBase.posix:
    sys.modules.pop(name, None)
sys.meta_path.insert(0, OnlyTheBase())
for name in ("fork", "geteuid", "getuid", "getppid", "fchmod", "pread", "pwrite", "pidfd_open", "setsid", "mkfifo",
             "O_DIRECTORY", "O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_NOCTTY", "O_SYNC", "fdatasync", "sched_getaffinity"):
    if hasattr(os, name):
        delattr(os, name)
sys.path.insert(0, sys.argv[1])
"""
