"""Take apart what cannot be written: each input alone, and one that is alone is set aside."""

from collections.abc import Sequence

from services.chassis.intray import OutOfOrder
from services.chassis.work import DueWork, HeardWork, Work


def parts_of(work: Work, error: Exception) -> Sequence[Work]:
    """What to write in its place; nothing where all was tried, or only the caller can help."""
    reason = f"cannot be written: {type(error).__name__}"
    if isinstance(error, OutOfOrder):
        return []
    if isinstance(work, HeardWork):
        if len(work.wires) > 1:
            return [HeardWork([wire]) for wire in work.wires]
        return [HeardWork([w._replace(broken=reason)]) for w in work.wires if not w.broken]
    if isinstance(work, DueWork):
        if len(work.timers) > 1:
            return [DueWork([timer]) for timer in work.timers]
        return [] if work.broken else [DueWork(work.timers, broken=reason)]
    return []
