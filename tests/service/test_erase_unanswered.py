"""A service that does not answer in time about an erasure may still carry it out."""

import pytest
import typer

from services.chassis.transport.nats_server import NatsServer
from services.platform import erase
from services.platform.erase import NOT_DONE, NotDecided, NotTold, _told, ask
from tests.support.nats import connect


async def test_who_has_the_question_and_does_not_answer_may_still_erase(
    nats_server: NatsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erase, "ANSWER_WITHIN", 0.2)
    nc = await connect(nats_server, "ops")
    service = await connect(nats_server, "casework")

    async def hears(_: object) -> None:
        """And says nothing."""

    await service.subscribe("erase.casework", cb=hears)
    await service.flush()

    with pytest.raises(NotTold, match="may still be erased"):
        await ask(nc, "casework", {"person": "p"})
    with pytest.raises(NotDecided) as nobody:
        await ask(nc, "intake", {"person": "p"})
    assert not isinstance(nobody.value, NotTold)
    await nc.close()
    await service.close()


def test_the_exit_code_says_that_it_is_not_done_rather_than_refused(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(typer.Exit) as ended, _told():
        raise NotTold("casework has not answered")

    assert ended.value.exit_code == NOT_DONE
    assert "casework has not answered" in capsys.readouterr().err
