# SPDX-License-Identifier: AGPL-3.0-or-later
"""Make the dossier vectors again: `python tools/vectors_dossier.py`. One failure each, named by a sentence.

Every vector is a ZIP file with the report that a verifier must give, without a policy and against
`spec/vectors/dossier/policy`. All archives, people and files in them are invented. The same bytes come out each time.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "spec" / "vectors" / "dossier"
sys.path.insert(0, str(ROOT / "tests" / "unit"))

from dossier_vectors_all import make_all, policy_text  # noqa: E402  # beside the tests, which use it too

from sviedka.core.seal.policy import parse_policy  # noqa: E402
from sviedka.verify.dossier import verify_dossier  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sviedka.verify.report import Report


def main() -> None:
    """Write all vectors and print the verdict and the reasons of each."""
    policy = parse_policy(policy_text())
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in [*FOLDER.glob("*/*.zip"), *FOLDER.glob("*/*.json")]:
        old.unlink()
    (FOLDER / "policy").write_bytes(policy_text())
    for name, data in make_all():
        path = FOLDER / f"{name}.zip"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
        reports = {"none": verify_dossier(path, policy=None), "policy": verify_dossier(path, policy=policy)}
        for kind, report in reports.items():
            path.with_suffix(f".{kind}.json").write_bytes(report.encode())
        print(f"{reports['policy'].verdict:10} {name:84} {' '.join(_reasons(reports['policy']))}")


def _reasons(report: Report) -> Iterator[str]:
    for part in report.parts:
        for finding in part.findings:
            if finding.verdict not in {"holds", "note"} and finding.code != "part.not-checked":
                yield f"{part.name}:{finding.code}"


if __name__ == "__main__":
    main()
