"""Live progress: one line that changes on a terminal, a line a month elsewhere."""

from datetime import date
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.text import Text

SHOWN = {
    "persons": "persons",
    "recognised": "recognised",
    "delivered": "handoffs",
    "accepted": "accepted",
    "rejected": "rejected",
    "asked": "questions",
    "started": "courses",
}


class Progress:
    """Says how far the year is."""

    def __init__(self, console: Console) -> None:
        """Say it on a console."""
        self._console = console
        self._live = Live(console=console, refresh_per_second=8, transient=True)
        self._month: str | None = None
        self._latest = ""

    def __enter__(self) -> Self:
        """Begin."""
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End."""
        self.end()

    def end(self) -> None:
        """Say no more; elsewhere than on a terminal, say where it ended."""
        if self._console.is_terminal:
            self._live.stop()
        elif self._latest:
            self._say(self._latest)
            self._latest = ""

    def say(self, text: str) -> None:
        """Say what is being done."""
        if self._console.is_terminal:
            self._live.update(Text(text))
        else:
            self._say(text)

    def tell(self, day: date, counts: dict[str, int]) -> None:
        """Say how far things have come on a day."""
        figures = ", ".join(f"{counts.get(name, 0):,} {word}" for name, word in SHOWN.items())
        if self._console.is_terminal:
            self._live.update(Text(f"{day:%d %B %Y}  {figures}"))
            return
        month = f"{day:%Y-%m}"
        if self._month not in (None, month):
            self._say(self._latest)
        self._month, self._latest = month, f"{month}  {figures}"

    def _say(self, text: str) -> None:
        self._console.print(text, highlight=False, markup=False)
