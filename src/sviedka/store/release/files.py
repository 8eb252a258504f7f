# SPDX-License-Identifier: AGPL-3.0-or-later
"""All files of a release, from its plan and numbers. Their dates are the day until which the data go."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from sviedka.core.base.progress import unwatched
from sviedka.core.count.release.page import render_page
from sviedka.core.count.release.sheets import METADATA, render_csv, render_metadata
from sviedka.store.release.chart import draw_chart
from sviedka.store.release.pdf_report import draw_release_pdf
from sviedka.store.release.workbook import draw_workbook

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sviedka.core.base.progress import Progress
    from sviedka.core.count.release.facts import Audited
    from sviedka.core.count.release.plan import ReleasePlan
    from sviedka.core.count.suppress.version import Version


def dated(plan: ReleasePlan) -> datetime:
    """Return the moment that all files of a release bear."""
    return datetime.fromisoformat(plan.as_of).replace(tzinfo=UTC)


def make_files(
    plan: ReleasePlan, version: Version, audited: Audited, progress: Progress = unwatched
) -> dict[str, bytes]:
    """Return the release's files by name: the same bytes for the same plan and numbers."""
    at = dated(plan)
    found = {f"{planned.name}.csv": render_csv(plan, planned, version) for planned in plan.tables}
    found[METADATA] = render_metadata(plan, audited)
    for language in plan.languages:
        charts = {}
        for planned in plan.tables:
            drawn = draw_chart(plan, planned, version, language)
            if drawn is not None:
                charts[planned.name] = drawn
        page = render_page(plan, version, audited, language=language, charts=charts)
        found[f"release.{language}.html"] = page.encode("utf-8")
        found[f"release.{language}.pdf"] = draw_release_pdf(
            plan, version, audited, language=language, charts=charts, at=at
        )
        found[f"release.{language}.xlsx"] = draw_workbook(plan, version, audited, language=language, at=at)
        progress(1, 1)
    return dict(sorted(found.items()))


def digests_of(files: Mapping[str, bytes]) -> list[dict[str, str]]:
    """Return path and digest of each file, as the statement has them."""
    return [{"path": path, "sha256": sha256(data).hexdigest()} for path, data in sorted(files.items())]
