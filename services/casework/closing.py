"""Whether a case was closed because there is nobody left to care for: then nothing follows."""

from services.casework.state import Case
from staffel_contracts.codes import GONE
from staffel_contracts.facts.casework import CaseClosed

_CLOSURE = "closure/"


def closed(case: Case) -> dict[str, str] | None:
    """What was said when the case was closed; nothing while it is open, or open again."""
    closure = case.records.get(_CLOSURE)
    if closure is None or closure["last"] != CaseClosed.NAME:
        return None
    said: dict[str, str] = closure["said"]
    return said


def is_gone(case: Case) -> bool:
    """Whether the person left, died or never was, as far as the district knows.

    No end is computed for them, no handoff drafted and no sheet completed, until the case is
    reopened: nobody gets mail about somebody who died.
    """
    said = closed(case)
    return said is not None and said["reason_code"] in GONE
