"""Who sees what notify says.

Nearly nobody. Notices, disclosures and calls to subscribers are how others are told, and would only
tell of themselves. Who read a record is for those who audit, because an agency that followed it
would watch the other's staff. Checkpoints and replays are open to everybody, and are fetched from
the log with their proofs instead of being sent. What is left are corrections: whoever received a
wrong value has to know of it.
"""

from typing import Final

from staffel_contracts.audiences.rules import OWN_CASE, TOLD, Seen, all_but, all_of
from staffel_contracts.codes import AgencyKind
from staffel_contracts.command import TAKES_OVER
from staffel_contracts.facts import notify

SEEN: Final[Seen] = {
    notify.RectificationPropagated: {
        AgencyKind.DISTRICT: all_of(notify.RectificationPropagated, OWN_CASE),
        **dict.fromkeys(
            sorted(TAKES_OVER - {AgencyKind.DISTRICT}),
            all_but(notify.RectificationPropagated, TOLD, "recipients"),
        ),
    },
}
