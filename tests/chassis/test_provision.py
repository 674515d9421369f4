"""Provisioning makes what is missing, reports what differs, and destroys nothing."""

from nats.aio.client import Client
from nats.js.api import AckPolicy, ConsumerConfig

from services.chassis.transport.lane import log_lane, say
from services.chassis.transport.nats_server import NatsServer
from services.chassis.transport.provision import provision
from tests.support.nats import AGENCIES, ANSWER_SECONDS, accounts, api, connect, stored
from tests.support.wires import make_wires

HEARS = {"casework": ["intake"], "notify": ["casework", "intake"], "intake": []}


async def test_everything_missing_is_made(server: NatsServer) -> None:
    nc = await connect(server, "ops")

    report = await provision(nc, HEARS, ["jobcenter-12069"])

    assert report.made == [
        "stream LOG",
        "consumer LOG/casework",
        "consumer LOG/notify",
        "stream jobcenter-12069/INBOX",
        "consumer jobcenter-12069/INBOX/app",
    ]
    await nc.close()


async def test_the_log_stream_takes_atomic_batches_and_forgets_nothing(nc: Client) -> None:
    config = (await api(nc, "STREAM.INFO.LOG"))["config"]

    assert config["allow_atomic"]
    assert config["allow_direct"]
    assert config["storage"] == "file"
    assert config["retention"] == "limits"
    limits = ("max_msgs", "max_bytes", "max_msgs_per_subject", "max_msg_size")
    assert {config[name] for name in limits} == {-1}
    assert config["max_age"] == 0


async def test_a_service_has_one_consumer_for_all_that_it_hears(nc: Client) -> None:
    config = (await api(nc, "CONSUMER.INFO.LOG.jobcenter_bridge"))["config"]

    assert config["filter_subjects"] == ["log.casework.>", "log.intake.>"]
    assert (config["ack_policy"], config["deliver_policy"]) == ("all", "all")


async def test_the_second_time_nothing_is_left_to_do(server: NatsServer) -> None:
    nc = await connect(server, "ops")
    await provision(nc, HEARS, AGENCIES)

    report = await provision(nc, HEARS, AGENCIES)

    assert (report.made, report.changed, report.drift) == ([], [], [])
    await nc.close()


async def test_a_service_that_hears_more_keeps_its_place(nc: Client) -> None:
    await say(nc, log_lane("jobcenter_bridge"), make_wires("jobcenter_bridge", 0, 5), 0)
    pull = await nc.jetstream().pull_subscribe_bind("notify", "LOG")
    await (await pull.fetch(5, timeout=ANSWER_SECONDS))[-1].ack_sync()

    report = await provision(nc, {"notify": ["jobcenter_bridge", "casework"]})

    assert report.drift == []
    [change] = report.changed
    assert change.startswith("consumer LOG/notify: filter_subjects is ['log.jobcenter_bridge.>']")
    info = await api(nc, "CONSUMER.INFO.LOG.notify")
    assert info["config"]["filter_subjects"] == ["log.casework.>", "log.jobcenter_bridge.>"]
    assert info["ack_floor"]["stream_seq"] == 5


async def test_a_stream_that_would_forget_is_reported_and_left_alone(nc: Client) -> None:
    wires = make_wires("casework", 0, 5)
    await say(nc, log_lane("casework"), wires, 0)
    config = (await api(nc, "STREAM.INFO.LOG"))["config"]
    await api(nc, "STREAM.UPDATE.LOG", config | {"max_msgs": 100})

    report = await provision(nc, {})

    assert report.drift == ["stream LOG: max_msgs is 100, wanted -1"]
    assert (await api(nc, "STREAM.INFO.LOG"))["config"]["max_msgs"] == 100
    assert await stored(nc) == wires


async def test_a_consumer_that_acknowledges_otherwise_is_reported_and_left_alone(
    nc: Client,
) -> None:
    config = ConsumerConfig(
        durable_name="casework",
        ack_policy=AckPolicy.EXPLICIT,
        filter_subjects=["log.intake.>"],
    )
    await nc.jetstream().add_consumer("LOG", config)

    report = await provision(nc, {"casework": ["intake"]})

    assert report.drift == ["consumer LOG/casework: ack_policy is explicit, wanted all"]
    assert (await api(nc, "CONSUMER.INFO.LOG.casework"))["config"]["ack_policy"] == "explicit"


async def test_an_agency_that_joins_later_gets_its_inbox(server: NatsServer, nc: Client) -> None:
    server.reload(accounts(*AGENCIES, "jobcenter-12053"))

    report = await provision(nc, {}, [*AGENCIES, "jobcenter-12053"])

    assert report.made == [
        "stream jobcenter-12053/INBOX",
        "consumer jobcenter-12053/INBOX/app",
    ]
    newcomer = await connect(server, "jobcenter-12053")
    assert newcomer.is_connected
    await newcomer.close()
