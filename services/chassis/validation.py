"""How a value that breaks rules is told, and rules of values that several places take."""

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, ValidationError

_ADDRESS = re.compile(r"[\w!#$%&'*+/^`{|}~.-]+@[\w-]+(\.[\w-]+)*")


def rules_broken(error: ValidationError) -> str:
    """Which fields break which rules, without what they hold."""
    found = error.errors(include_input=False, include_url=False, include_context=False)
    return "; ".join(f"{'.'.join(map(str, e['loc'])) or '(whole)'}: {e['msg']}" for e in found[:20])


def _one_address(text: str) -> str:
    if not _ADDRESS.fullmatch(text):
        raise ValueError("one plain address is expected, such as office@district.example")
    return text


def _mail_server(text: str) -> str:
    try:
        url = urlsplit(text)
        known = url.scheme in ("smtp", "smtps") and url.hostname and url.port != 0
        known = known and url.path in ("", "/") and not url.query and not url.fragment
    except ValueError:
        known = False
    if text and not known:
        raise ValueError("smtp://host:port or smtps://user:password@host:port is expected")
    return text


MailAddress = Annotated[str, AfterValidator(_one_address)]
"""One address without a name, quotes or comments: what is put into a header as it is."""
MailServer = Annotated[str, AfterValidator(_mail_server)]
"""``smtp://user:password@host:port``, or ``smtps`` for TLS from the start; empty: none."""
