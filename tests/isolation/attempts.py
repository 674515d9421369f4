"""Every attempt to reach over HTTP what belongs to another: generated from commands and queries."""

import asyncio
import json
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from http.client import TOO_MANY_REQUESTS, HTTPConnection, HTTPResponse
from itertools import cycle
from time import sleep
from typing import Any, NamedTuple

from fastapi.routing import APIRoute

from services.platform.config import SERVICES
from services.platform.services import service_named
from staffel_contracts.access import Scope
from staffel_contracts.catalogue import commands
from staffel_contracts.codes import ResponsibilityDomain, Role
from staffel_contracts.command import Command
from staffel_contracts.samples import command_sample
from tests.isolation.world import HOUSEHOLD, SERVED, TODAY, Case, World

AT_ONCE = 24
BENEFITS = ResponsibilityDomain.BENEFITS.value
OPEN_TO_STRANGERS = {"request-handoff"}
"""Whoever got an application first may ask for a person it knows the case of (§ 16 SGB I)."""

OF_FORMER_DISTRICTS = {"claim-reimbursement", "settle-reimbursement"}
"""What a district paid it claims back, whoever has the case since (§ 104 SGB X)."""


class Attempt(NamedTuple):
    """What an agency sends, and what about."""

    agency: str
    service: str
    path: str
    body: dict[str, Any]
    case: Case | None
    role: str = Role.SYSTEM.value

    def __str__(self) -> str:
        """Name it in a report."""
        about = f" about {self.case.name}" if self.case else ""
        return f"{self.agency} as {self.role}: {self.service}/{self.path}{about}"


def decided() -> list[type[Command]]:
    """Every command that a service decides about."""
    return [c for c in commands() if any(c in service_named(name).asks for name in SERVICES)]


def body_about(command: type[Command], case: Case, domain: str = BENEFITS) -> dict[str, Any]:
    """A sample of a command, about a domain of a case that exists and on days that are over."""
    body = _sample(command)
    ours = {
        "case": case.id,
        "district": case.district,
        "file_reference": case.reference,
        "household_ref": HOUSEHOLD,
        "handoff_id": case.handoff.get("handoff_id", "h-unknown"),
        "sheet_ref": case.handoff.get("sheet_ref", "s-unknown"),
        "sheet_digest": case.handoff.get("sheet_digest", "5e" * 32),
        "letter_id": next(iter(case.letters), "l-unknown"),
        "given_name": "Samira", "family_name": "Fremd", "effective_on": TODAY, "domain": domain,
    }  # fmt: skip
    days = {name: SERVED for name, value in body.items() if name.endswith("_on") and value}
    return {name: (days | ours).get(name, value) for name, value in body.items()}


@cache
def _sample(command: type[Command]) -> dict[str, Any]:
    """It is written from the command's schema, and taken for every case."""
    return command_sample(command, full=True)


def foreign_commands(cases: Iterable[Case]) -> Iterator[Attempt]:
    """Every command of every agency about every case that it has, or has no longer, to do with."""
    domains = cycle(ResponsibilityDomain)
    for case in cases:
        for command in decided():
            if command.NAME in OPEN_TO_STRANGERS:
                continue
            keeps = command.SERVICE == "intake" or command.NAME in OF_FORMER_DISTRICTS
            former = () if keeps else case.former
            for agency in (*case.foreign, *former):
                if command.SCOPE is Scope.DISTRICT and agency.endswith(case.district):
                    continue
                body = body_about(command, case, _domain(agency, case, domains))
                path = f"commands/{command.NAME}"
                yield Attempt(agency, command.SERVICE, path, body, case)


def _domain(agency: str, case: Case, domains: Iterator[str]) -> str:
    """The next domain; who had benefits alone has all others still, and is tried with those."""
    return next(domains) if agency in case.foreign else BENEFITS


def wrong_roles(agency: str, case: Case) -> Iterator[Attempt]:
    """Every command and query about an own case, in every role that it does not name."""
    for command in decided():
        for role in sorted(set(Role) - command.ROLES):
            path, body = f"commands/{command.NAME}", body_about(command, case)
            yield Attempt(agency, command.SERVICE, path, body, case, role.value)
    for service, name in _queries():
        for role in sorted(set(Role) - service_named(service).queries[name].access.roles):
            body = taken(service, name, next(iter(_questions(case))))
            yield Attempt(agency, service, f"queries/{name}", body, case, role.value)


def _queries() -> Iterator[tuple[str, str]]:
    yield from ((s, name) for s in SERVICES for name in service_named(s).queries)


def taken(service: str, name: str, body: dict[str, Any]) -> dict[str, Any]:
    """Of a question what the query takes: all else is refused before anything is looked for."""
    takes = service_named(service).queries[name].access.takes
    return {key: value for key, value in body.items() if key in takes}


def _questions(case: Case, domain: str = BENEFITS) -> Iterator[dict[str, Any]]:
    """A question that names everything, with what filters there are, in a domain and without."""
    everything = {
        "case": case.id,
        "file_reference": case.reference,
        "household_ref": HOUSEHOLD,
        "sheet_ref": case.handoff.get("sheet_ref", "s-unknown"),
        "letter_id": next(iter(case.letters), "l-unknown"),
    }
    yield everything | {"from": ADMITTED_FROM, "to": TODAY}
    yield {"household": HOUSEHOLD, "household_ref": HOUSEHOLD, "domain": domain, **_about(case)}
    yield {"after": "", "limit": 1000, "start": 0, "domain": domain}
    yield {"agency": f"district-{case.district}", "district": case.district, **everything}


ADMITTED_FROM = "2025-01-01"


def _about(case: Case) -> dict[str, Any]:
    return {"case": case.id, "sheet_ref": case.handoff.get("sheet_ref", "s-unknown")}


def foreign_queries(cases: Iterable[Case]) -> Iterator[Attempt]:
    """Every query of every agency, with questions that aim at a case of others."""
    domains = cycle(ResponsibilityDomain)
    for case in cases:
        for service, name in _queries():
            for agency in (*case.foreign, *case.former):
                for body in _questions(case, _domain(agency, case, domains)):
                    asked = taken(service, name, body)
                    yield Attempt(agency, service, f"queries/{name}", asked, case)


def routes_of(app: Any) -> Iterator[APIRoute]:
    """Every route, those of included routers too."""
    for route in app.routes:
        if isinstance(route, APIRoute):
            yield route
        elif included := getattr(route, "original_router", None):
            yield from routes_of(included)


class Outcome(NamedTuple):
    """An attempt and what came of it."""

    attempt: Attempt
    status: int
    text: str


async def all_of(world: World, attempts: Iterable[Attempt]) -> list[Outcome]:
    """Make all attempts, some at a time.

    There are thousands of them: to each, httpx needs more of a processor than who answers.
    """
    every = list(attempts)
    shares = [every[n::AT_ONCE] for n in range(AT_ONCE)]
    with ThreadPoolExecutor(AT_ONCE) as threads:
        loop = asyncio.get_running_loop()
        tried = (loop.run_in_executor(threads, _one_by_one, world, share) for share in shares)
        return [outcome for found in await asyncio.gather(*tried) for outcome in found]


def _one_by_one(world: World, attempts: list[Attempt]) -> list[Outcome]:
    ports = world.home.config.ports
    doors = {name: HTTPConnection("127.0.0.1", ports[name], timeout=60) for name in SERVICES}
    try:
        return [_tried(world, doors[one.service], one) for one in attempts]
    finally:
        for door in doors.values():
            door.close()


def _tried(world: World, door: HTTPConnection, one: Attempt) -> Outcome:
    """What comes of an attempt; whoever asks too often asks again when they were told to."""
    while True:
        try:
            answer, text = _asked(world, door, one)
        except ConnectionError:  # the server had just closed it for being idle
            door.close()
            answer, text = _asked(world, door, one)
        if answer.status != TOO_MANY_REQUESTS:
            return Outcome(one, answer.status, text + str(answer.getheaders()))
        sleep(int(answer.headers["Retry-After"]))


def _asked(world: World, door: HTTPConnection, one: Attempt) -> tuple[HTTPResponse, str]:
    headers = world.headers(one.agency, one.role) | {"Content-Type": "application/json"}
    door.request("POST", f"/{one.path}", json.dumps(one.body), headers)
    answer = door.getresponse()
    return answer, answer.read().decode()


def betrayed(outcome: Outcome, cases: Iterable[Case]) -> list[str]:
    """What an answer betrays of a case that the agency has nothing to do with."""
    return [
        f"{outcome.attempt} → {outcome.status} tells {word!r} of {case.name}"
        for case in cases
        for word in _forbidden(case, outcome.attempt)
        if word in outcome.text
    ]


_TOLD_THEN = ("queries/feed", "queries/case-entries", "queries/handoffs")


def _forbidden(case: Case, attempt: Attempt) -> tuple[str, ...]:
    """Whoever had a case keeps what it was told, and the sheets that it made itself."""
    agency = attempt.agency
    if agency in case.own:
        return ()
    if agency not in case.former:
        return case.betrayals
    made_it = agency == case.handoff["from_agency"] and attempt.path == "queries/handover-sheet"
    return () if made_it or attempt.path in _TOLD_THEN else (case.canary, case.reference)
