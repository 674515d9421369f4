"""Codes of closing a case, and of benefits under the AsylbLG."""

from staffel_contracts.codes.base import Code


class CloseReason(Code):
    """Why a case is closed."""

    HANDED_OVER = "handed-over", "übergeben", "handed over"
    LEFT = "left", "ausgereist", "left the country"
    MOVED_AWAY = "moved-away", "verzogen", "moved away"
    DIED = "died", "verstorben", "died"
    ENTERED_IN_ERROR = "entered-in-error", "irrtümlich angelegt", "entered in error"


GONE = frozenset({CloseReason.LEFT, CloseReason.DIED, CloseReason.ENTERED_IN_ERROR})
"""After these nobody is left to care for."""


class ReopenReason(Code):
    """Why a closed case is taken up again."""

    RETURNED = "returned", "zurückgekehrt", "returned"
    HANDED_BACK = "handed-back", "zurückgegeben", "handed back"
    CLOSED_IN_ERROR = "closed-in-error", "irrtümlich geschlossen", "closed in error"


class AsylbensLevel(Code):
    """Which benefits under the AsylbLG."""

    BASIC_S3 = "basic-s3", "Grundleistungen (§ 3 AsylbLG)", "basic benefits"
    ANALOGOUS_S2 = "analogous-s2", "Analogleistungen (§ 2 AsylbLG)", "analogous benefits"


class AsylbensEndReason(Code):
    """Why benefits under the AsylbLG ended."""

    STATUS_LOST = (
        "status-lost",
        "Leistungsvoraussetzung entfallen (§ 1 Abs. 3 AsylbLG)",
        "the condition fell away",
    )
    LEFT = "left", "Ausreise", "left the country"
    NO_NEED = "no-need", "Bedarf entfallen", "no need any more"
