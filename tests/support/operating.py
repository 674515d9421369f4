"""The toy service's HTTP side, as its operator reaches it."""

import asyncio
from types import SimpleNamespace
from typing import Any

from fastapi import FastAPI

from services.chassis.agencies import Agencies
from services.chassis.asking.asking import Counter
from services.chassis.asking.identity import Identity
from services.chassis.asking.limiting import Limiter
from services.chassis.endpoints.http import make_http
from services.chassis.settings import Settings
from tests.support.desk import Toy
from tests.support.toy import TOY


def operated(toy: Toy, password: str) -> FastAPI:
    """The application; whoever has the password is the operator. The writer has to be started."""
    settings = Settings(database=toy.url, keyring=toy.keyring_url)
    runtime: Any = SimpleNamespace(
        service=TOY,
        identity=Identity(settings, Agencies([]), lambda token: token == password),
        limiter=Limiter(1000),
        reading=toy.engine,
        writer=toy.writer,
        counter=Counter(toy.writer.submit, asyncio.get_running_loop()),
    )
    runtime.operator = runtime.identity.operator
    return make_http(runtime)
