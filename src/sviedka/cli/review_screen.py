# SPDX-License-Identifier: AGPL-3.0-or-later
# ruff: noqa: RUF001  # Cyrillic letters are keys here
"""The screen on which a reviewer judges cases, one after the other: agreement patterns, never names, unless asked for.

Keys: s the same, n not the same, u unsure, 1 to 9 the group of the record under the cursor, z takes the last judgement
back, w draws the names where the run allows it, q quits. What was judged is recorded before the next case is shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from textual.app import App
from textual.containers import Vertical, VerticalScroll
from textual.widgets import DataTable, Footer, Static

from sviedka.cli.drawn_text import draw_text
from sviedka.cli.language import translate
from sviedka.cli.review_words import ANSWER_WORDS, agreement_signs, conflict_words, heading, highest_levels, record_line

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.timer import Timer

    from sviedka.link.reviewing import ReviewCase, Sitting
    from sviedka.link.run import LinkageRun

ACTIONS: Final = (("s", "same"), ("n", "not_same"), ("u", "unsure"), ("z", "undo"), ("w", "show_names"), ("q", "quit"))
CYRILLIC: Final = {"s": "ы", "n": "т", "u": "г", "z": "я", "w": "ц", "q": "й"}
"""What the same keys give while the keyboard writes Cyrillic."""

SHOWN_S: Final = 120
NAMES_MARGIN: Final = 10
"""Columns that the frame and the bar beside the names take."""
MOST_PAIRS: Final = 200
"""Pairs shown of one case, the least likely first: those decide."""


class ReviewScreen(App[None]):
    """The reviewer's screen over one sitting."""

    CSS = """
    #case { padding: 1 2 0 2; text-style: bold; }
    #hint, #signs { padding: 0 2; color: $text-muted; }
    #records { height: auto; max-height: 40%; margin: 1 2 0 2; }
    #pairs { height: 1fr; margin: 1 2 0 2; }
    #names { height: 1fr; margin: 0 2; border: round $warning; display: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = []
    ENABLE_COMMAND_PALETTE = False

    def __init__(
        self, sitting: Sitting, run: LinkageRun, *, names: Callable[[ReviewCase], Sequence[str]] | None = None
    ) -> None:
        """Show `sitting` over `run`.

        Args:
            sitting: Whose cases are judged.
            run: The linkage.
            names: Records that the names of a case are shown, and returns a line for each record; None: never.
        """
        super().__init__()
        self.title = "sviedka review"
        self.sitting = sitting
        self.linkage = run
        self.tops = highest_levels(run)
        self.marks: list[int] = []
        self.names = names
        self.wiping: Timer | None = None

    def sit(self) -> None:
        """Run until the reviewer leaves; raise what ended it otherwise. What was judged before stands."""
        self.run()
        if self._exception is not None:
            raise self._exception

    def _fatal_error(self) -> None:
        """Leave without the library's report, which prints every variable: a name may be among them."""
        self._close_messages_no_wait()

    def compose(self) -> ComposeResult:
        """Lay out the screen."""
        with Vertical():
            yield Static(id="case", markup=False)
            yield Static(id="hint", markup=False)
            yield DataTable[str](id="records", cursor_type="row", zebra_stripes=True)
            with VerticalScroll(id="names"):
                yield Static(id="drawn", markup=False)
            yield DataTable[str](id="pairs", cursor_type="none")
            yield Static(translate("? not known · ≠ differs · ≈ near · = agrees"), id="signs", markup=False)
        yield Footer()

    def on_mount(self) -> None:
        """Bind the keys in the chosen language and show the first case."""
        for (key, action), words in zip(ACTIONS, ANSWER_WORDS, strict=True):
            if action != "show_names" or self.names is not None:
                self.bind(f"{key},{CYRILLIC[key]}", action, description=translate(words), key_display=key)
        for digit in range(1, 10):
            self.bind(str(digit), f"mark({digit})", show=False)
        self.show_case()

    def show_case(self, hint: str = "") -> None:
        """Show the case before the reviewer, or that there is none."""
        self.wipe_names()
        records, pairs = self.query_one("#records", DataTable), self.query_one("#pairs", DataTable)
        records.clear(columns=True)
        pairs.clear(columns=True)
        self.query_one("#hint", Static).update(hint)
        current = self.sitting.current
        total = len(self.sitting.todo) + len(self.sitting.done)
        if current is None:
            self.query_one("#case", Static).update(translate("Nothing is left to judge. q leaves."))
            return
        self.marks = [1] * len(current.records)
        self.query_one("#case", Static).update(heading(current.case, len(self.sitting.done) + 1, total))
        self._fill_records(records, current)
        self._fill_pairs(pairs, current)
        records.focus()

    def action_same(self) -> None:
        """All records are of one person."""
        if self.sitting.current is not None:
            self._judge([1] * len(self.marks))

    def action_not_same(self) -> None:
        """The records are of the people that the groups say; of two records there is nothing to say."""
        if self.sitting.current is None:
            return
        if len(self.marks) == 2:  # two records are two people
            self._judge([1, 2])
        elif len(set(self.marks)) == 1:
            self._hint(translate("Give each record the number of its person first: move to it, press 1 to 9."))
        else:
            self._judge(self.marks)

    def action_unsure(self) -> None:
        """Nothing is decided."""
        if self.sitting.current is not None:
            self._judge([])

    def action_undo(self) -> None:
        """Take the last judgement back."""
        taken = self.sitting.undo()
        self.show_case(translate("Taken back; judge it again.") if taken else translate("Nothing to take back."))

    def action_mark(self, number: int) -> None:
        """Put the record under the cursor into a group."""
        table = self.query_one("#records", DataTable)
        if self.sitting.current is not None and 0 <= table.cursor_row < len(self.marks):
            self.marks[table.cursor_row] = number
            table.update_cell_at((table.cursor_row, 3), str(number))  # type: ignore[arg-type]

    def action_show_names(self) -> None:
        """Draw the names of this one case, recorded first, for two minutes, until it is judged or the key is pressed again."""
        current = self.sitting.current
        if self.names is None or current is None:
            return
        if self.wiping is not None:  # they are on the screen: the same key takes them away
            self.wipe_names()
            self.query_one("#records", DataTable).focus()
            return
        self._make_room(names=True)
        columns = self.size.width - NAMES_MARGIN
        rows = [
            row
            for number, line in enumerate(self.names(current), start=1)
            for row in (*draw_text(f"{number} {line}", columns), "")
        ]
        self.query_one("#drawn", Static).update("\n".join(rows))
        self.query_one("#names", VerticalScroll).focus()  # the arrows move it
        self.wiping = self.set_timer(SHOWN_S, self.wipe_names)

    def wipe_names(self) -> None:
        """Let no name stay on the screen."""
        if self.wiping is not None:
            self.wiping.stop()
            self.wiping = None
        self.query_one("#drawn", Static).update("")
        self._make_room(names=False)

    def _make_room(self, *, names: bool) -> None:
        """Let names, which are large, stand where the pairs do."""
        for place in ("#pairs", "#signs", "#hint"):
            self.query_one(place).display = not names
        self.query_one("#names", VerticalScroll).display = names

    def _judge(self, marks: Sequence[int]) -> None:
        self.wipe_names()
        self.sitting.judge(marks)
        self.show_case()

    def _hint(self, text: str) -> None:
        self.query_one("#hint", Static).update(text)

    def _fill_records(self, table: DataTable[str], current: ReviewCase) -> None:
        for words in ("record", "list", "row", "person"):
            table.add_column(translate(words))
        for number, record in enumerate(current.case.records.tolist(), start=1):
            table.add_row(str(number), *record_line(self.linkage, record), "1")

    def _fill_pairs(self, table: DataTable[str], current: ReviewCase) -> None:
        numbers = {record: number for number, record in enumerate(current.case.records.tolist(), start=1)}
        pairs, run = self.linkage.pairs, self.linkage
        for words in ("records", "probability", *run.comparisons, "cannot be one person"):
            table.add_column(translate(words))
        against = {
            (int(run.conflicts.i[place]), int(run.conflicts.j[place])): int(run.conflicts.reason[place])
            for place in current.case.conflicts
        }
        shown = sorted(current.case.pairs.tolist(), key=lambda place: float(pairs.p[place]))[:MOST_PAIRS]
        for place in shown:
            ends = (int(pairs.i[place]), int(pairs.j[place]))
            table.add_row(
                f"{numbers[ends[0]]}-{numbers[ends[1]]}",
                f"{pairs.p[place]:.2f}",
                *agreement_signs(run, place, self.tops),
                conflict_words(against.pop(ends, 0)),
            )
        for (left, right), reason in against.items():
            signs = ["" for _ in run.comparisons]
            table.add_row(f"{numbers[left]}-{numbers[right]}", "", *signs, conflict_words(reason))
