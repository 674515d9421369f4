"""The servers that other tests stand on are real, durable, and our own."""

from sqlalchemy import create_engine, make_url, text

from services.chassis.transport.nats_server import NatsServer
from tests.support.nats import ANSWER_SECONDS, api, connect, stored
from tests.support.postgres import Postgres, PostgresServer

STREAM = {"name": "KEPT", "subjects": ["kept"], "storage": "file"}


def test_a_fresh_database_is_empty_and_takes_a_table(database: str) -> None:
    engine = create_engine(database)

    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE kept (word TEXT)"))
        connection.execute(text("INSERT INTO kept VALUES ('Straße')"))
    with engine.connect() as connection:
        words = list(connection.execute(text("SELECT word FROM kept")).scalars())
    engine.dispose()

    assert words == ["Straße"]


def test_two_fresh_databases_know_nothing_of_each_other(postgres: Postgres) -> None:
    with postgres.fresh_database() as one, postgres.fresh_database() as other:
        _run(one, "CREATE TABLE kept (word TEXT)")

        assert _ask(other, "SELECT to_regclass('kept')") is None


def test_a_dropped_database_is_gone_even_while_somebody_is_connected(postgres: Postgres) -> None:
    url = postgres.create_database()
    engine = create_engine(url)
    connection = engine.connect()

    postgres.drop_database(url)

    name = make_url(url).database
    assert _ask(_text(postgres), f"SELECT count(*) FROM pg_database WHERE datname = '{name}'") == 0
    connection.invalidate()
    engine.dispose()


def test_every_commit_of_postgresql_is_on_disk(postgres: Postgres) -> None:
    settings = [_ask(_text(postgres), f"SHOW {name}") for name in ("fsync", "synchronous_commit")]

    assert settings == ["on", "on"]


def test_postgresql_goes_on_after_a_kill_with_what_was_committed() -> None:
    with PostgresServer() as server:
        url = server.create_database("kept")
        _run(url, "CREATE TABLE kept (word TEXT)")
        _run(url, "INSERT INTO kept VALUES ('yes')")

        server.kill()
        answered_while_dead = server.answers()
        server.start()

        assert not answered_while_dead
        assert _ask(url, "SELECT word FROM kept") == "yes"


def test_postgresql_leaves_nothing_behind() -> None:
    with PostgresServer() as server:
        folder = server.folder

    assert not folder.exists()
    assert not server.answers()


async def test_nats_goes_on_after_a_kill_with_what_was_acknowledged(
    nats_server: NatsServer,
) -> None:
    nc = await connect(nats_server, "ops")
    await api(nc, "STREAM.CREATE.KEPT", STREAM)
    await nc.request("kept", b"yes", timeout=ANSWER_SECONDS)
    await nc.close()

    nats_server.kill()
    nats_server.start()

    nc = await connect(nats_server, "ops")
    assert await stored(nc, "KEPT") == [b"yes"]
    await nc.close()


def _text(postgres: Postgres) -> str:
    return postgres.url.render_as_string(hide_password=False)


def _run(url: str, statement: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


def _ask(url: str, question: str) -> object:
    engine = create_engine(url)
    with engine.connect() as connection:
        answer: object = connection.execute(text(question)).scalar_one()
    engine.dispose()
    return answer
