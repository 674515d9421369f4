"""Take apart what cannot be written: each input alone, and one that is alone is set aside."""

from collections.abc import Callable, Sequence

from services.chassis.keys.keyring import PersonErased
from services.chassis.store.parking import place_of, reason_of
from services.chassis.work import Answer, CommandWork, DueWork, HeardWork, Work
from services.chassis.writing.intray import OutOfOrder
from staffel_contracts.codes import RefusalCode


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


def give_back(work: Work, error: Exception, bug: Callable[[str, str, str], None]) -> None:
    """Settle what cannot be written even alone; ``bug`` is told of a command: cause, why, where."""
    if not isinstance(work, CommandWork):
        work.settle(error)
    elif isinstance(error, PersonErased):
        work.settle(Answer.refusal(RefusalCode.SUBJECT_ERASED))
    else:
        bug(work.cause, reason_of(error), place_of(error))
        work.settle(Answer.refusal(RefusalCode.BROKEN, work.cause))


def turn_away(work: Work, stopped_by: BaseException | None, why: str | None = None) -> None:
    """Settle what is not written any more, as the writer stops or for another reason."""
    if isinstance(work, CommandWork):
        work.settle(Answer.refusal(RefusalCode.UNAVAILABLE, why or "the service is stopping"))
    else:
        work.settle(stopped_by or RuntimeError("the writer is stopping"))
