"""Two districts with their agencies and cases in every relation to them, on a whole platform."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any

import httpx

from services.platform.home import Home
from services.platform.invented import invented_agencies
from services.platform.up import Platform
from staffel_contracts.codes import AccessPurpose, ProtectionKind, Role
from tests.support.load import CLOCK_STARTS, at_rest

HERE, THERE = "12069", "14612"
"""Potsdam-Mittelmark and Dresden."""
AGENCIES = [agency for district in (HERE, THERE) for agency in invented_agencies(district)]
TODAY, SERVED, ADMITTED = "2025-03-21", "2025-03-03", "2025-02-03"
A, A_OFFICE, A_JOBCENTER = (
    f"{kind}-{HERE}" for kind in ("district", "immigration-office", "jobcenter")
)
B, B_OFFICE, B_JOBCENTER = (
    f"{kind}-{THERE}" for kind in ("district", "immigration-office", "jobcenter")
)
A_SOCIAL = f"social-assistance-{HERE}"
HOUSEHOLD = "household-kanarie"
"""Both districts name a household like this, and know nothing of each other's."""


@dataclass(frozen=True)
class Case:
    """A case, whose it is, and what betrays it."""

    name: str
    district: str
    own: frozenset[str]
    """Agencies that have a right to it now."""
    former: frozenset[str] = frozenset()
    """Agencies that had it, and what they were told then is theirs."""
    id: str = ""
    handoff: dict[str, Any] = field(default_factory=dict)
    letters: tuple[str, ...] = ()

    @property
    def reference(self) -> str:
        """The district's file reference."""
        return f"AZ-kanarie-{self.name}"

    @property
    def canary(self) -> str:
        """The family name that nobody else has."""
        return f"Kanarie{self.name.title()}"

    @property
    def betrayals(self) -> tuple[str, ...]:
        """What in an answer would betray the case: its person, its reference, its sheet."""
        found = [self.canary, self.reference, *self.letters]
        if self.handoff:
            found += [self.handoff["sheet_ref"], self.handoff["sheet_digest"]]
        return (*found, self.id.removeprefix("c-"))

    @property
    def foreign(self) -> list[str]:
        """Agencies that never had anything to do with it."""
        return [agency.id for agency in AGENCIES if agency.id not in self.own | self.former]


class World:
    """A running platform with its cases."""

    def __init__(self, platform: Platform, client: httpx.AsyncClient) -> None:
        """Take a running platform."""
        self.platform, self.client = platform, client
        self.cases: dict[str, Case] = {}
        self._keys = count(1)

    @property
    def home(self) -> Home:
        """Where the platform lives."""
        return self.platform.home

    def headers(self, agency: str, role: str = Role.SYSTEM) -> dict[str, str]:
        """What an agency's own system sends along."""
        return {
            "Authorization": f"Bearer {self.home.config.agency_passwords[agency]}",
            "Staffel-Role": role,
            "Staffel-Purpose": AccessPurpose.CASEWORK,
            "Idempotency-Key": f"key-{next(self._keys)}",
        }

    async def post(
        self, agency: str, service: str, path: str, body: Any, role: str = Role.SYSTEM
    ) -> httpx.Response:
        """Ask as an agency."""
        url = f"{self.home.http_url(service)}/{path}"
        return await self.client.post(url, json=body, headers=self.headers(agency, role))

    async def done(self, agency: str, service: str, command: str, **body: Any) -> dict[str, Any]:
        """Send a command that must work."""
        answer = await self.post(agency, service, f"commands/{command}", body)
        assert answer.status_code == 200, f"{command} of {agency}: {answer.text}"
        found: dict[str, Any] = answer.json()
        return found

    async def asked(self, agency: str, service: str, query: str, **body: Any) -> dict[str, Any]:
        """Ask a query that must work."""
        answer = await self.post(agency, service, f"queries/{query}", body)
        assert answer.status_code == 200, f"{query} of {agency}: {answer.text}"
        found: dict[str, Any] = answer.json()
        return found

    async def sizes(self) -> dict[str, int]:
        """How long each log is, once nothing moves."""
        await at_rest(self.platform)
        return {name: status["size"] for name, status in (await self.platform.status()).items()}


async def _admitted(world: World, case: Case, **more: Any) -> Case:
    about = {"district": case.district, "file_reference": case.reference}
    body = about | {
        "admitted_on": ADMITTED, "given_name": "Samira", "family_name": case.canary,
        "birth_date": "1994-05-17", "nationality": "475", "language": "ar", **more,
    }  # fmt: skip
    found = await world.done(f"district-{case.district}", "intake", "admit-person", **body)
    return replace(case, id=found["case"])


async def _recognised(world: World, case: Case) -> None:
    decision = {"decided_on": SERVED, "served_on": SERVED, "received_on": SERVED}
    decision["protection_kind"] = ProtectionKind.REFUGEE_S3
    await world.done(
        f"district-{case.district}", "intake", "record-asylum-recognition",
        district=case.district, file_reference=case.reference, **decision,
    )  # fmt: skip


async def _handed(world: World, case: Case, receiver: str) -> Case:
    """Wait until the case waits at a receiver."""
    await at_rest(world.platform)
    found = await world.asked(receiver, "jobcenter_bridge", "handoffs", case=case.id)
    (handoff,) = found["handoffs"]
    return replace(case, handoff=handoff)


async def _housed(world: World, case: Case, receiver: str) -> Case:
    """Hand the housing of a case over, and nothing else."""
    housing = {"domain": "accommodation", "to_agency": receiver, "effective_on": TODAY}
    await world.done(
        f"district-{case.district}", "casework", "draft-handoff", case=case.id, **housing
    )
    return await _handed(world, case, receiver)


async def _moved(world: World, case: Case, receiver: str) -> Case:
    """Hand a case over until it is the receiver's."""
    sender = f"district-{case.district}"
    await world.done(
        sender, "casework", "draft-handoff", case=case.id, to_agency=receiver, effective_on=TODAY
    )
    case = await _handed(world, case, receiver)
    of = {"case": case.id, "handoff_id": case.handoff["handoff_id"]}
    digest = {"sheet_digest": case.handoff["sheet_digest"]}
    bridge = "jobcenter_bridge"
    await world.done(receiver, bridge, "confirm-delivery", **of, **digest, receipt_ref="r-1")
    await world.done(receiver, bridge, "acknowledge-handoff", **of, unit_ref="unit-1")
    await world.done(receiver, bridge, "accept-handoff", **of, **digest, effective_on=TODAY)
    return case


async def populate(world: World) -> None:
    """Bring in the cases: kept, handed over, housed by another, taken back, moved elsewhere."""
    here, there = frozenset({A, A_OFFICE}), frozenset({B, B_OFFICE})
    kept = await _admitted(world, Case("kept", HERE, here), household_ref=HOUSEHOLD)
    theirs = await _admitted(world, Case("theirs", THERE, there), household_ref=HOUSEHOLD)
    handed = await _admitted(world, Case("handed", HERE, here | {A_JOBCENTER}))
    there_handed = await _admitted(world, Case("away", THERE, there | {B_JOBCENTER}))
    housed = await _admitted(world, Case("housed", HERE, here | {A_SOCIAL}))
    back = await _admitted(world, Case("back", HERE, here, frozenset({A_JOBCENTER})))
    # Intake belongs to the admitting district for good: its offices go on recording there.
    moved = await _admitted(world, Case("moved", HERE, frozenset({B, A_OFFICE}), frozenset({A})))
    for case in (handed, there_handed, back):
        await _recognised(world, case)
    handed = await _handed(world, handed, A_JOBCENTER)
    housed = await _housed(world, housed, A_SOCIAL)
    there_handed = await _handed(world, there_handed, B_JOBCENTER)
    back = await _handed(world, back, A_JOBCENTER)
    of = {"case": back.id, "handoff_id": back.handoff["handoff_id"]}
    await world.done(A, "jobcenter_bridge", "withdraw-handoff", **of, reason_code="sheet-wrong")
    moved = await _moved(world, moved, B)
    await at_rest(world.platform)
    world.cases = {c.name: c for c in (kept, theirs, handed, housed, there_handed, back, moved)}


@asynccontextmanager
async def a_world(folder: Path) -> AsyncIterator[World]:
    """A platform with all its cases, for the time of the block."""
    home = Home.create(folder / "home", agencies=AGENCIES, clock_starts=CLOCK_STARTS)
    limits = httpx.Limits(max_connections=32, keepalive_expiry=1)
    async with (
        Platform(home, log_files=True) as platform,
        httpx.AsyncClient(trust_env=False, timeout=60, limits=limits) as client,
    ):
        world = World(platform, client)
        await populate(world)
        yield world
