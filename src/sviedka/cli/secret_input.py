# SPDX-License-Identifier: AGPL-3.0-or-later
"""Passphrases: from a file or typed at the terminal, as bytes that can be wiped.

`getpass` returns a `str`, which Python may copy and never clears; so the terminal is read here, byte by byte.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from sviedka.cli.language import translate
from sviedka.core.base.errors import Malformed, Unavailable, Withheld

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

MAX_BYTES = 1024
"""A passphrase is not longer than this; a larger file is the wrong file."""


class PassphraseMissing(Withheld):
    """There is no terminal to ask at and no file was named."""

    code = "withheld.passphrase-missing"
    hint = "Name a file with --passphrase-file, or run this at a terminal."


class PassphraseMalformed(Malformed):
    """The passphrase cannot be used as it was given."""

    code = "malformed.passphrase"


def add_passphrase_option(parser: ArgumentParser) -> None:
    """Let a command take `--passphrase-file FILE`."""
    parser.add_argument(
        "--passphrase-file",
        metavar=translate("FILE"),
        type=Path,
        help=translate("read the passphrase from the first line of this file instead of asking"),
    )


def add_own_passphrase_option(parser: ArgumentParser) -> None:
    """Let a command take `--user-passphrase-file FILE`."""
    parser.add_argument(
        "--user-passphrase-file",
        type=Path,
        metavar=translate("FILE"),
        help=translate("your own passphrase, if it is not the archive's, in the first line of this file"),
    )


def add_login_options(parser: ArgumentParser) -> None:
    """Let a command take what opens an archive: the passphrase, who types it, and their own."""
    add_passphrase_option(parser)
    parser.add_argument(
        "--user", metavar=translate("USER"), help=translate("who you are; needed once the archive has several users")
    )
    add_own_passphrase_option(parser)


def read_passphrase(arguments: Namespace, *, twice: bool = False) -> bytearray:
    """Return the passphrase; the caller wipes it.

    Args:
        arguments: Carries `passphrase_file`, or nothing and the terminal is asked.
        twice: Ask a second time and compare, for a passphrase that is being chosen.

    Raises:
        PassphraseMissing: No file was named and there is no terminal.
        PassphraseMalformed: Empty, too long, or the two entries differ.
        Unavailable: The file cannot be read.
    """
    if arguments.passphrase_file is not None:
        return _checked(_from_file(arguments.passphrase_file))
    first = _checked(_from_terminal(translate("Passphrase: ")))
    if twice and _from_terminal(translate("The same again: ")) != first:
        raise PassphraseMalformed("The two passphrases differ; nothing was made.")
    return first


def read_new_passphrase(arguments: Namespace) -> bytearray:
    """Return the passphrase of whoever takes something over, which they type twice or have in a file.

    Args:
        arguments: Carries `new_passphrase_file`.

    Raises:
        PassphraseMissing, PassphraseMalformed, Unavailable: As `read_passphrase`.
    """
    if arguments.new_passphrase_file is not None:
        return _checked(_from_file(arguments.new_passphrase_file))
    first = _checked(_from_terminal(translate("Passphrase of whoever takes it over: ")))
    if _from_terminal(translate("The same again: ")) != first:
        raise PassphraseMalformed("The two passphrases differ; nothing was made.")
    return first


def read_own_passphrase(arguments: Namespace) -> bytearray | None:
    """Return a user's own passphrase, or None where the archive's opens their key too.

    Asked for at the terminal only where a user was named and no file gives the archive's passphrase.

    Args:
        arguments: Carries `user`, `passphrase_file` and `user_passphrase_file`.

    Raises:
        PassphraseMissing, PassphraseMalformed, Unavailable: As `read_passphrase`.
    """
    if arguments.user_passphrase_file is not None:
        return _checked(_from_file(arguments.user_passphrase_file))
    if arguments.user is None or arguments.passphrase_file is not None:
        return None
    own = _from_terminal(translate("Your own passphrase, or Enter if it is the archive's: "))
    return _checked(own) if own else None


def _from_file(path: Path) -> bytearray:
    buffer = bytearray(MAX_BYTES + 2)
    try:
        with path.open("rb", buffering=0) as file:
            size = file.readinto(buffer)
    except OSError as reason:
        raise Unavailable("The passphrase file cannot be read.") from reason
    line, _, _ = buffer[:size].partition(b"\n")
    buffer[:] = bytes(len(buffer))
    return line.removesuffix(b"\r")


def _from_terminal(prompt: str) -> bytearray:
    if sys.platform == "win32":
        return _from_windows_console(prompt)
    import termios  # not on Windows, where `verify` and `seat` must still load this module

    try:
        terminal = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY)
    except OSError as reason:
        raise PassphraseMissing("A passphrase is needed, and there is no terminal to ask for it.") from reason
    before = termios.tcgetattr(terminal)
    silent = [*before[:3], before[3] & ~termios.ECHO, *before[4:]]
    try:
        termios.tcsetattr(terminal, termios.TCSAFLUSH, silent)
        os.write(terminal, prompt.encode())
        return _line_of(terminal)
    finally:
        termios.tcsetattr(terminal, termios.TCSAFLUSH, before)
        os.write(terminal, b"\n")
        os.close(terminal)
        sys.stderr.flush()


def _from_windows_console(prompt: str) -> bytearray:
    """Read a line without showing it, by the one way that Windows has. The characters pass through `str`."""
    import msvcrt

    if sys.platform != "win32" or not sys.stdin.isatty():
        raise PassphraseMissing("A passphrase is needed, and there is no terminal to ask for it.")
    sys.stderr.write(prompt)
    sys.stderr.flush()
    line = bytearray()
    while (letter := msvcrt.getwch()) not in {"\r", "\n"} and len(line) <= MAX_BYTES:
        if letter == "\x03":
            raise KeyboardInterrupt
        line += letter.encode("utf-8")
    sys.stderr.write("\n")
    return line


def _line_of(terminal: int) -> bytearray:
    line = bytearray()
    while (byte := os.read(terminal, 1)) not in {b"", b"\n", b"\r"}:
        line += byte
        if len(line) > MAX_BYTES:
            break
    return line


def _checked(passphrase: bytearray) -> bytearray:
    if not passphrase:
        raise PassphraseMalformed("The passphrase is empty.")
    if len(passphrase) > MAX_BYTES:
        raise PassphraseMalformed("A passphrase has at most {most} bytes.", most=MAX_BYTES)
    return passphrase
