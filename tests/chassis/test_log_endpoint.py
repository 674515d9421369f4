"""A log is read over NATS in answers of bounded size, and a wrong question is told its rule."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from nats.aio.client import Client

from services.chassis.transport.log_endpoint import Answer, LogEndpoint, NoAnswer, ask_log
from services.chassis.transport.nats_server import NatsServer
from tests.support.nats import ANSWER_SECONDS, connect
from tests.support.wires import ListSource, make_wires

WIRES = make_wires("casework", 0, 2500)


@pytest_asyncio.fixture
async def plain(server: NatsServer) -> AsyncIterator[Client]:
    """A connection to a server without any stream."""
    connection = await connect(server, "casework")
    yield connection
    await connection.close()


async def test_entries_are_given_from_the_index_asked_for(plain: Client) -> None:
    await LogEndpoint(plain, "casework", ListSource(WIRES)).start()

    answer = await ask_log(plain, "casework", 17, 3)

    assert answer == Answer(2500, WIRES[17:20])


async def test_an_answer_holds_at_most_a_thousand_entries(plain: Client) -> None:
    await LogEndpoint(plain, "casework", ListSource(WIRES)).start()

    answer = await ask_log(plain, "casework", 0, 2000)

    assert answer == Answer(2500, WIRES[:1000])


async def test_an_answer_holds_at_most_four_megabytes(plain: Client) -> None:
    large = make_wires("casework", 0, 8, size=900_000)
    await LogEndpoint(plain, "casework", ListSource(large)).start()

    answer = await ask_log(plain, "casework", 0, 8)

    assert answer == Answer(8, large[:3])


async def test_asking_for_nothing_tells_the_size(plain: Client) -> None:
    await LogEndpoint(plain, "casework", ListSource(WIRES)).start()

    assert await ask_log(plain, "casework", 0, 0) == Answer(2500, [])
    assert await ask_log(plain, "casework", 2500, 10) == Answer(2500, [])


@pytest.mark.parametrize(
    ("question", "error"),
    [
        (b'{"from":-1,"limit":1}', "'from' must be a whole number, 0 or more"),
        (b'{"from":true,"limit":1}', "'from' must be a whole number, 0 or more"),
        (b'{"from":0}', "'limit' must be a whole number, 0 or more"),
        (b"[1, 2]", "'from' must be a whole number, 0 or more"),
        (b"", "the question is not JSON"),
        (b"\xff", "the question is not JSON"),
    ],
)
async def test_a_wrong_question_is_told_its_rule(
    plain: Client, question: bytes, error: str
) -> None:
    await LogEndpoint(plain, "casework", ListSource(WIRES)).start()

    reply = await plain.request("read.casework", question, timeout=ANSWER_SECONDS)

    assert reply.data == b""
    assert reply.headers == {"Staffel-Error": error}


async def test_a_log_whose_database_is_away_gives_no_answer(plain: Client) -> None:
    class Away(ListSource):
        def size(self) -> int:
            raise ConnectionRefusedError("db.internal:5432")

    await LogEndpoint(plain, "casework", Away()).start()

    with pytest.raises(NoAnswer, match="casework cannot answer: ConnectionRefusedError"):
        await ask_log(plain, "casework", 0, 1)


async def test_a_sayer_that_is_away_gives_no_answer(plain: Client) -> None:
    with pytest.raises(NoAnswer, match="casework does not answer: nats: no responders"):
        await ask_log(plain, "casework", 0, 1)


async def test_a_stopped_endpoint_gives_no_answer(plain: Client) -> None:
    endpoint = LogEndpoint(plain, "casework", ListSource(WIRES))
    await endpoint.start()
    await endpoint.stop()

    with pytest.raises(NoAnswer):
        await ask_log(plain, "casework", 0, 1)


async def test_two_processes_of_a_service_answer_once(server: NatsServer, plain: Client) -> None:
    standby = await connect(server, "casework")
    endpoints = [LogEndpoint(each, "casework", ListSource(WIRES)) for each in (plain, standby)]
    for endpoint in endpoints:
        await endpoint.start()
    await standby.flush()

    for _ in range(20):
        await ask_log(plain, "casework", 0, 1)

    assert sum(endpoint.answers for endpoint in endpoints) == 20
    await standby.close()
