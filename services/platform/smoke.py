"""``staffel smoke``: one invented case through every service, with its proof, and closed again."""

import asyncio
import dataclasses
import json
import sys
import time
from collections.abc import Iterable
from importlib.resources import files
from typing import Any

import httpx
import typer
from nats.aio.client import Client

from services.chassis.transport.log_endpoint import NoAnswer, ask_log
from services.chassis.transport.wire import leaf_of
from services.platform.config import AUDIT, SERVICES
from services.platform.connecting import connect_as
from services.platform.deploy.folder import SYNTHETIC_DISTRICT, synthetic_agencies
from services.platform.home import Home
from services.platform.options import (
    DEFAULT_HOME,
    HomeOption,
    JsonOption,
    fail,
    load_home,
    plain_errors,
)
from staffel_contracts.cli.play import Play
from staffel_contracts.client import Connection, Refusal
from staffel_contracts.codes import RefusalCode
from staffel_contracts.context import Context
from staffel_contracts.scenarios import Scenario, Step
from staffel_contracts.tlog.checkpoint import Checkpoint, verified_checkpoint
from staffel_contracts.tlog.keys import VerifierKey
from staffel_contracts.tlog.note import Malformed, Unsigned
from staffel_contracts.tlog.policy import read_policy
from staffel_contracts.tlog.tiles import tile_nodes
from staffel_contracts.tlog.tree import (
    Unproven,
    inclusion_proof,
    leaf_hash,
    verify_inclusion,
)

PERSON = "selbsttest"
_PAGE = 1000
_PATIENCE_SECONDS = 120.0


def smoke(home: HomeOption = DEFAULT_HOME, as_json: JsonOption = False) -> None:
    """Take an invented case through every service, prove its entries, and close it.

    Safe where real cases are: it acts as two agencies of a district that there is not (12000).
    """
    place, begun = load_home(home), time.monotonic()
    steps: list[str] = []
    with plain_errors():
        try:
            proved = asyncio.run(_smoke(place, steps))
        except Refusal as refusal:
            fail(f"step {len(steps) + 1}: {refusal.problem.code.value}: {refusal.problem.title}")
        except (NoAnswer, Unproven, Unsigned, Malformed, httpx.HTTPError, TimeoutError) as error:
            fail(f"after {len(steps)} steps: {str(error) or type(error).__name__}")
    seconds = round(time.monotonic() - begun, 1)
    if as_json:
        found = {"ok": True, "seconds": seconds, "steps": steps, "proved": proved}
        sys.stdout.write(json.dumps(found) + "\n")
        return
    for log, entry in proved.items():
        typer.echo(f"{log:18}{entry} is in the log's tree")
    typer.echo(f"ok: {len(steps)} steps through {len(proved)} services in {seconds} s")


async def _smoke(home: Home, steps: list[str]) -> dict[str, str]:
    await _ready_agencies(home)

    def tell(_: int, step: Step, __: dict[str, Any]) -> None:
        steps.append(step.send or step.wait_for or "")

    playing = Play(_scenario(), SYNTHETIC_DISTRICT, lambda kind: inside(home, kind), tell)
    await playing.run()
    case = str(playing.known[PERSON]["case"])
    nc = await connect_as(home, "ops")
    try:
        return {log: await _prove(home, nc, log, case) for log in SERVICES}
    finally:
        await nc.close()


def _scenario() -> Scenario:
    return Scenario.model_validate_json(files(__package__).joinpath("self_test.json").read_text())


def inside(home: Home, kind: str) -> Context:
    """How an agency of the self-test reaches NATS from where this command runs."""
    from services.platform.agency_keys import context_of

    return dataclasses.replace(context_of(home, f"{kind}-{SYNTHETIC_DISTRICT}"), url=home.nats_url)


async def _ready_agencies(home: Home) -> None:
    """Add the two agencies where they are missing, and wait until every service knows them."""
    from services.platform import agency_keys

    known = {agency.id for agency in home.agencies()}
    for agency in synthetic_agencies():
        if agency.id not in known:
            await agency_keys.add(home, agency)
    for agency in synthetic_agencies():
        connection = await Connection.of(inside(home, agency.kind.value))
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                for service in SERVICES:
                    await _until_known(connection, service)
        finally:
            await connection.close()


async def _until_known(connection: Connection, service: str) -> None:
    while True:
        try:
            await connection.ask(service, "whoami")
        except Refusal as refusal:
            if refusal.problem.code is not RefusalCode.UNKNOWN_AGENCY:
                raise
            await asyncio.sleep(0.2)
        else:
            return


# -- the proof ---------------------------------------------------------------------------------


async def _prove(home: Home, nc: Client, log: str, case: str) -> str:
    """Prove that the last entry about the case is in the log's signed tree; gives its id.

    The leaf comes from the service, checkpoint and hashes from audit, the keys from the policy.

    Raises:
        Unproven: it is not. NoAnswer: the service said nothing.
    """
    async with asyncio.timeout(_PATIENCE_SECONDS):
        index, leaf = await _entry_of(nc, log, case)
        return await asyncio.to_thread(_prove_leaf, home, log, index, leaf)


def _prove_leaf(home: Home, log: str, index: int, leaf: bytes) -> str:
    keys = read_policy(home.policy.read_bytes()).logs
    with httpx.Client(base_url=f"{home.http_url(AUDIT)}/logs/{log}/", trust_env=False) as audit:
        signed = checkpoint_over(audit, keys, index)

        def tile(path: str) -> bytes:
            return audit.get(path).raise_for_status().content

        proof = inclusion_proof(tile_nodes(tile, signed.size), index, signed.size)
    verify_inclusion(leaf_hash(leaf), index, signed.size, proof, signed.root)
    return f"{log}/{index}"


def checkpoint_over(audit: httpx.Client, keys: Iterable[VerifierKey], index: int) -> Checkpoint:
    """The first signed checkpoint that audit keeps and that covers an entry.

    One from before a key was struck is signed by nobody who is trusted, until the next is kept.
    """
    end = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            return _covering(audit.get("checkpoint"), keys, index)
        except (Unproven, Unsigned) as error:
            if time.monotonic() > end:
                raise Unproven(f"the checkpoint that audit keeps: {error}") from error
        time.sleep(0.5)


def _covering(answer: httpx.Response, keys: Iterable[VerifierKey], index: int) -> Checkpoint:
    if not answer.is_success:
        raise Unproven("there is none")
    checkpoint = verified_checkpoint(answer.content, keys).checkpoint
    if checkpoint.size <= index:
        raise Unproven(f"it does not cover entry {index}")
    return checkpoint


async def _entry_of(nc: Client, log: str, case: str) -> tuple[int, bytes]:
    """The newest entry about a case; the search goes back from the end."""
    wanted = f'"subject":"{case}"'.encode()
    stop = (await ask_log(nc, log, 0, 0)).size
    while stop > 0:
        start = max(0, stop - _PAGE)
        leaves = [leaf_of(wire) for wire in (await ask_log(nc, log, start, stop - start)).wires]
        found = [start + n for n, leaf in enumerate(leaves) if wanted in leaf]
        if found:
            return found[-1], leaves[found[-1] - start]
        stop = start
    raise Unproven(f"{log} says nothing about the case")
