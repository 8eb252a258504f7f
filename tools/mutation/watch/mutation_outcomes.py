# SPDX-License-Identifier: AGPL-3.0-or-later
"""A plugin of pytest: one JSON line for each test, with what came of it and how long it took."""

import json
import os
from pathlib import Path


class Outcomes:
    """Writes the lines."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.took: dict[str, float] = {}
        self.failed: set[str] = set()

    def pytest_runtest_logreport(self, report) -> None:  # noqa: ANN001  # pytest's TestReport
        """Add up the three phases of a test; write it after the last."""
        self.took[report.nodeid] = self.took.get(report.nodeid, 0.0) + report.duration
        if report.failed:
            self.failed.add(report.nodeid)
        if report.when == "teardown":
            told = {
                "test": report.nodeid,
                "passed": report.nodeid not in self.failed,
                "took_s": self.took[report.nodeid],
            }
            with self.path.open("a") as file:
                file.write(json.dumps(told) + "\n")


def pytest_configure(config) -> None:  # noqa: ANN001  # pytest's Config
    """Begin."""
    if path := os.environ.get("MUTATION_OUTCOMES"):
        config.pluginmanager.register(Outcomes(Path(path)))
