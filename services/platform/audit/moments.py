"""Moments as people type them."""

from datetime import date, datetime, timedelta

from services.chassis.legal_calendar import start_of_day

_INSTANT = timedelta(microseconds=1)


def moment_of(text: str) -> datetime:
    """A moment with its zone, or the last one of a day in Germany.

    Raises:
        ValueError: it is neither; says what one looks like.
    """
    return end_of(text) - _INSTANT if _is_day(text) else _zoned(text)


def begin_of(text: str) -> datetime:
    """A moment with its zone, or the first one of a day in Germany.

    Raises:
        ValueError: it is neither; says what one looks like.
    """
    return start_of_day(date.fromisoformat(text)) if _is_day(text) else _zoned(text)


def end_of(text: str) -> datetime:
    """A moment with its zone, or the one at which a day in Germany is over.

    Raises:
        ValueError: it is neither; says what one looks like.
    """
    if not _is_day(text):
        return _zoned(text)
    return start_of_day(date.fromisoformat(text) + timedelta(days=1))


def day_of(text: str) -> date:
    """A legal date.

    Raises:
        ValueError: it is none.
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        msg = f"{text!r} is no date; one looks like 2025-05-03"
        raise ValueError(msg) from None


def _is_day(text: str) -> bool:
    """Whether it is a day, and one after which there is another."""
    try:
        return date.fromisoformat(text) < date.max
    except ValueError:
        return False


def _zoned(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = datetime.min  # noqa: DTZ901 - without a zone it is refused below
    if moment.tzinfo is None:
        msg = f"{text!r} is no moment; one looks like 2025-05-10T09:30:00+02:00, or like 2025-05-10"
        raise ValueError(msg)
    return moment
