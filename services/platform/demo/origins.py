"""Where people come from, what they speak, and how their applications tend to end."""

from typing import NamedTuple

from services.platform.demo import names
from services.platform.demo.names import Style
from staffel_contracts.codes import ProtectionKind, TitleCode

REFUSED = None
Outcome = ProtectionKind | None

_ASYLUM = ProtectionKind.ASYLUM_ART16A
_REFUGEE = ProtectionKind.REFUGEE_S3
_SUBSIDIARY = ProtectionKind.SUBSIDIARY_S4
_BAN = ProtectionKind.REMOVAL_BAN
_TEMPORARY = ProtectionKind.TEMPORARY_S24


class Origin(NamedTuple):
    """A nationality by its official key (Destatis), and its shares in this invented district."""

    nationality: str
    weight: int
    """Households of a hundred."""
    style: Style
    languages: dict[str, int]
    outcomes: dict[Outcome, int]
    median_days: int
    """Days from admission to the decision, half of them are faster."""


ORIGINS = (
    Origin(
        "423", 26, names.PERSIAN, {"prs": 7, "ps": 3},
        {_REFUGEE: 40, _SUBSIDIARY: 8, _BAN: 32, REFUSED: 20}, 95,
    ),
    Origin(
        "475", 22, names.ARABIC, {"ar": 8, "ku": 2},
        {_ASYLUM: 1, _REFUGEE: 24, _SUBSIDIARY: 63, _BAN: 4, REFUSED: 8}, 85,
    ),
    Origin("166", 14, names.UKRAINIAN, {"uk": 7, "ru": 3}, {_TEMPORARY: 1}, 14),
    Origin(
        "163", 12, names.TURKISH, {"tr": 7, "ku": 3},
        {_ASYLUM: 2, _REFUGEE: 13, _SUBSIDIARY: 1, _BAN: 1, REFUSED: 83}, 110,
    ),
    Origin(
        "160", 6, names.RUSSIAN, {"ru": 8, "ce": 2},
        {_ASYLUM: 1, _REFUGEE: 12, _SUBSIDIARY: 3, _BAN: 4, REFUSED: 80}, 115,
    ),
    Origin(
        "438", 6, names.ARABIC, {"ar": 5, "ku": 5},
        {_REFUGEE: 25, _SUBSIDIARY: 8, _BAN: 12, REFUSED: 55}, 105,
    ),
    Origin(
        "273", 5, names.SOMALI, {"so": 1},
        {_ASYLUM: 1, _REFUGEE: 48, _SUBSIDIARY: 18, _BAN: 15, REFUSED: 18}, 90,
    ),
    Origin(
        "224", 4, names.TIGRINYA, {"ti": 1},
        {_ASYLUM: 2, _REFUGEE: 60, _SUBSIDIARY: 24, REFUSED: 14}, 80,
    ),
    Origin(
        "439", 3, names.PERSIAN, {"fa": 1},
        {_ASYLUM: 3, _REFUGEE: 35, _SUBSIDIARY: 2, REFUSED: 60}, 105,
    ),
    Origin(
        "425", 2, names.AZERBAIJANI, {"az": 1},
        {_REFUGEE: 7, _BAN: 5, REFUSED: 88}, 110,
    ),
)  # fmt: skip
"""Afghanistan, Syria, Ukraine, Türkiye, Russia, Iraq, Somalia, Eritrea, Iran, Azerbaijan."""

TITLES = {
    _ASYLUM: TitleCode.S25_1,
    _REFUGEE: TitleCode.S25_2,
    _SUBSIDIARY: TitleCode.S25_2,
    _BAN: TitleCode.S25_3,
    _TEMPORARY: TitleCode.S24,
}
"""The title that each kind of protection leads to."""

AREAS = {
    "12069017": 7,
    "12069020": 22,
    "12069076": 8,
    "12069304": 9,
    "12069397": 8,
    "12069604": 10,
    "12069616": 16,
    "12069632": 6,
    "12069656": 14,
}
"""Municipalities of Potsdam-Mittelmark by their official key, and where homes are."""
