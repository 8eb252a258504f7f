# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rules that hold for the whole suite: a skip fails the run, no test talks beyond this machine, what needs root and was not run is said."""

import os

import pytest
from hypothesis import settings
from pytest_socket import socket_allow_hosts

# No test is timed: how long an example takes says something about the machine and its load, not about the code.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture(autouse=True)
def _loopback_only():
    socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)


@pytest.fixture(scope="session")
def database_server():
    """Start a PostgreSQL server, one for each process of the run that asks for it."""
    from postgres_server import Server

    running = Server()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def bucket_server(tmp_path_factory):
    """Start an S3 server: SeaweedFS' `weed`, on loopback, on free ports."""
    from bucket_server import BucketServer

    running = BucketServer(tmp_path_factory.mktemp("weed"))
    running.start()
    yield running
    running.kill()


IS_ROOT = os.geteuid() == 0


def pytest_collection_modifyitems(config, items):
    """Leave out what mounts disks where nobody may; `pytest_terminal_summary` then says what was not run, and how to run it."""
    if not IS_ROOT:
        mounting = [item for item in items if item.get_closest_marker("root")]
        config.hook.pytest_deselected(items=mounting)
        items[:] = [item for item in items if item not in mounting]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.skipped:
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid}: skipped; a check that is not run is a failure here"
    return report


class Told:
    """Watches long work: what it said was done, and what was to be expected."""

    def __init__(self):
        self.done = []
        self.expected = 0

    def __call__(self, done, expected=0, /):
        self.done.append(done)
        self.expected += expected


@pytest.fixture
def told():
    return Told()


def pytest_terminal_summary(terminalreporter):
    """Print what the campaigns counted: tests say it with `record_property("counted", "…")`."""
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties:
            if name == "counted":
                terminalreporter.write_line(f"counted: {value}")
    if not IS_ROOT:
        terminalreporter.write_line(
            "NOT RUN, because they mount disks and this is not root: power cuts and full disks. Run them:"
        )
        terminalreporter.write_line("    sudo .venv/bin/pytest -m root tests/faults")
