"""People who live together and move, on services in one process: told, corrected and erased."""

from typing import Any

from services.casework.tables import HandoverSheetRow, MembershipRow, PersonCopyRow
from services.chassis.keys.erasures import Erasure
from services.chassis.store.leftovers import leftovers
from services.chassis.work import ErasureWork
from services.jobcenter_bridge.tables import HandoffRow
from staffel_contracts.codes import ErasureBasis, HouseholdKind, ProtectionKind
from staffel_contracts.commands.casework import DraftHandoff
from staffel_contracts.commands.intake import (
    AdmitPerson,
    ChangeHousehold,
    CorrectPerson,
    FormHousehold,
    RecordAsylumRecognition,
)
from staffel_contracts.commands.jobcenter_bridge import (
    AcceptHandoff,
    AcknowledgeHandoff,
    ConfirmDelivery,
)
from tests.support.entries import RECEIVER, SENDER
from tests.support.given import day
from tests.support.house import House

MEMBERSHIP: Any = MembershipRow.__table__  # type: ignore[attr-defined]
PERSON: Any = PersonCopyRow.__table__  # type: ignore[attr-defined]
SHEET: Any = HandoverSheetRow.__table__  # type: ignore[attr-defined]
HANDOFF: Any = HandoffRow.__table__  # type: ignore[attr-defined]
THERE, THIRD = "district-13074", "district-14612"
WRONG, RIGHT = day("2019-03-01"), day("2018-03-01")


def file_of(who: str) -> dict[str, Any]:
    return {"district": "12069", "file_reference": f"50-{who}"}


def admit(
    house: House,
    who: str,
    household: str | None = None,
    born: str = "1994-05-17",
    district: str = "12069",
) -> str:
    command = AdmitPerson(
        **file_of(who) | {"district": district},
        admitted_on=house.clock.now().date(),
        given_name=who,
        family_name="Beispiel",
        birth_date=day(born),
        nationality="475",
        language="ar",
        household_ref=household,
    )
    return str(house.ask(command, f"district-{district}")["case"])


def move(house: House, case: str, sender: str, receiver: str, on: str) -> None:
    """A case is handed from one district to another, and accepted there."""
    house.ask(DraftHandoff(case=case, to_agency=receiver, effective_on=day(on)), sender)
    row = next(
        row for row in house.rows("jobcenter_bridge", HANDOFF) if row["to_agency"] == receiver
    )
    which, digest = {"case": case, "handoff_id": row["handoff_id"]}, row["sheet_digest"]
    house.ask(ConfirmDelivery(**which, sheet_digest=digest, receipt_ref="receipt-1"), receiver)
    house.ask(AcknowledgeHandoff(**which, unit_ref="team-7"), receiver)
    accept = AcceptHandoff(**which, effective_on=day(on), sheet_digest=digest)
    assert "entries" in house.ask(accept, receiver)
    house.on(on)


def a_child(house: House, household: str | None = None) -> str:
    return admit(house, "Noor", household, WRONG.isoformat())


def recognise(house: House, *names: str) -> None:
    """Their sheets are complete, and handed to the jobcenter, when the decision is final."""
    for who in names:
        command = RecordAsylumRecognition(
            **file_of(who),
            protection_kind=ProtectionKind.REFUGEE_S3,
            decided_on=day("2025-03-17"),
            served_on=day("2025-03-20"),
            received_on=day("2025-03-21"),
        )
        house.ask(command, SENDER)


def sheets_on(house: House, today: str, *names: str) -> None:
    house.on("2025-03-21")
    recognise(house, *names)
    house.on(today)


def form(house: House, household: str, *names: str) -> None:
    """The household is told anew: these are its members."""
    told: dict[str, Any] = {"household_ref": household, "household_kind": HouseholdKind.FAMILY}
    told["member_refs"] = tuple(f"50-{who}" for who in names)
    today = house.clock.now().date()
    answer = house.ask(FormHousehold(**file_of(names[0]), **told, formed_on=today), SENDER)
    if "entries" not in answer:
        command = ChangeHousehold(**file_of(names[0]), **told, changed_on=today)
        answer = house.ask(command, SENDER)
    assert "entries" in answer, answer


def leave(house: House, household: str, who: str, *left: str) -> None:
    """They belong to no household from now on."""
    command = ChangeHousehold(
        **file_of(who),
        household_ref=household,
        household_kind=HouseholdKind.FAMILY,
        changed_on=house.clock.now().date(),
        member_refs=tuple(f"50-{one}" for one in left),
        left_refs=(f"50-{who}",),
    )
    assert "entries" in house.ask(command, SENDER)


def correct(house: House, who: str = "Noor", **values: Any) -> None:
    today = house.clock.now().date()
    answer = house.ask(CorrectPerson(**file_of(who), corrected_on=today, **values), SENDER)
    assert "entries" in answer, answer


def shown(house: House, case: str) -> set[str]:
    """Which birth dates of others the sheet of a case tells just now."""
    (sheet,) = [row["sheet_ref"] for row in house.rows("casework", SHEET) if row["case_id"] == case]
    answer = house.query("casework", "handover-sheet", RECEIVER, sheet_ref=sheet)
    return {one["birth_date"] for one in answer["household"]}


def lived(house: House, case: str) -> list[tuple[str, bool]]:
    """The households of a person, in order, and whether they belong to it still."""
    rows = [row for row in house.rows("casework", MEMBERSHIP) if row["case_id"] == case]
    rows.sort(key=lambda row: int(row["membership_id"].rpartition("/")[2]))
    return [(row["household_ref"], row["until"] is None) for row in rows]


def erase(house: House, case: str) -> None:
    """The person asks for it; casework decides, and the others hear of it."""
    (row,) = [row for row in house.rows("casework", PERSON) if row["case_id"] == case]
    key = house.keyring.keys_of([row["person_id"]])[row["person_id"]]
    erasure, basis = Erasure(key.key_id, key.owner, case, ""), ErasureBasis.REQUESTED.value
    for name in ("casework", "intake", "jobcenter_bridge", "notify"):
        room = house.rooms[name]
        with room.engine.connect() as conn:
            left = leftovers(conn, {key.key_id: case})[key.key_id]
        answer = house._run(room, ErasureWork(erasure, left, basis))  # noqa: SLF001
        if basis:
            assert answer.status == 200, answer
            wires = room.log.wires(0, 10_000)
            erasure, basis = erasure._replace(entry=wires[-1].decode()), ""
    house.keyring.destroy([erasure])
    house.carry()
