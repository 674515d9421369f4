"""The accounts of a NATS server: the platform's, each agency's, and what passes between them.

An agency lives in an account of its own and reaches the platform through two doors only:
requests on `cmd.>` and `ask.>`, into which the server itself writes the account's name, and the
stream `INBOX`, into which only the platform can publish.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

PLATFORM = "PLATFORM"
SYSTEM = "SYSTEM"
SYSTEM_USER = "system"
"""May have the server read its configuration again, and sees nothing of the platform."""
INBOX = "INBOX"
INBOX_CONSUMER = "app"
DOMAIN = "platform"
"""The name of the platform's JetStream, where its configuration gives it one (deploy/nats/)."""
AGENCY_BYTES = 256 * 1024 * 1024
AGENCY_CONNECTIONS, AGENCY_SUBSCRIPTIONS = 32, 256
AGENCY_PAYLOAD = 320 * 1024
"""Bytes of one message of an agency: a command may have 256 KiB, and its headers."""

Config = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Accounts:
    """Who may log in: services (and `ops`) of the platform, and agencies, each with a password.

    `agency_bytes` limits what one agency's account may store. `logins` names the users of whoever
    has not the usual one of its own name: two while a login is being exchanged, none while an
    agency is shut out. `system` is the password of who may have the server reloaded.
    """

    services: Mapping[str, str]
    agencies: Mapping[str, str]
    agency_bytes: int = AGENCY_BYTES
    logins: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    system: str | None = None
    replicas: int = 1
    """On how many servers a stream is kept: an account's limit counts each copy."""

    def password(self, user: str) -> str:
        """Return the password of a service or an agency; raises `KeyError` for anybody else."""
        return self.services[user] if user in self.services else self.agencies[user]

    def config(self) -> Config:
        """Return the `accounts` block of the server's configuration."""
        agencies = {
            name: self._agency(name, self.logins.get(name, {name: word}))
            for name, word in self.agencies.items()
        }
        return {PLATFORM: self._platform(), **agencies}

    def file(self) -> Config:
        """Return what a server's configuration includes: the accounts, and which is the system's.

        Only where there is a `system` password.
        """
        logins = self.logins.get(SYSTEM_USER, {SYSTEM_USER: self.system})
        system = {"users": [{"user": user, "password": word} for user, word in logins.items()]}
        return {"system_account": SYSTEM, "accounts": {SYSTEM: system, **self.config()}}

    def _platform(self) -> Config:
        return {
            "jetstream": "enabled",
            "users": [
                {"user": user, "password": word}
                for name, own in self.services.items()
                for user, word in self.logins.get(name, {name: own}).items()
            ],
            "exports": [
                {"service": "cmd.*.>", "account_token_position": 2},
                {"service": "ask.*.>", "account_token_position": 2},
                {"stream": "clock.>"},
            ],
            "imports": [door for name in self.agencies for door in _doors_into(name)],
        }

    def _agency(self, name: str, logins: Mapping[str, str]) -> Config:
        rights = app_rights(name)
        return {
            "limits": {
                "max_connections": AGENCY_CONNECTIONS,
                "max_subscriptions": AGENCY_SUBSCRIPTIONS,
                "max_payload": AGENCY_PAYLOAD,
                "max_leafnodes": AGENCY_CONNECTIONS,
            },
            "jetstream": {
                "max_mem": 0,
                "max_file": self.agency_bytes * self.replicas,
                "max_streams": 1,
                "max_consumers": 4,
            },
            "users": [
                {"user": user, "password": word, "permissions": rights}
                for user, word in logins.items()
            ],
            "exports": [
                {"service": "in.>", "accounts": [PLATFORM]},
                {"service": "$JS.API.>", "accounts": [PLATFORM]},
            ],
            "imports": [
                {"service": {"account": PLATFORM, "subject": f"cmd.{name}.>"}, "to": "cmd.>"},
                {"service": {"account": PLATFORM, "subject": f"ask.{name}.>"}, "to": "ask.>"},
                {"stream": {"account": PLATFORM, "subject": "clock.>"}},
            ],
        }


def inbox_prefix(user: str) -> str:
    """Return the prefix under which a user receives its replies, and nobody else's."""
    return f"_INBOX_{user}"


def feed_subject(agency: str) -> str:
    """Return the subject on which the platform publishes into an agency's inbox."""
    return f"to.{agency}.in.feed"


def api_prefix(agency: str) -> str:
    """Return the prefix under which the platform reaches an agency's JetStream API."""
    return f"js.{agency}"


def _doors_into(agency: str) -> list[Config]:
    return [
        {"service": {"account": agency, "subject": "in.>"}, "to": f"to.{agency}.in.>"},
        {"service": {"account": agency, "subject": "$JS.API.>"}, "to": f"{api_prefix(agency)}.>"},
    ]


def app_rights(agency: str) -> Config:
    """Return what an agency's own program may publish and subscribe.

    A server of the agency's own, a leaf node, asks JetStream by the name of its domain.
    """
    asked = (
        f"CONSUMER.MSG.NEXT.{INBOX}.{INBOX_CONSUMER}",
        f"CONSUMER.INFO.{INBOX}.{INBOX_CONSUMER}",
        f"DIRECT.GET.{INBOX}.in.feed",
    )
    apis = ("$JS.API", f"$JS.{DOMAIN}.API")
    return {
        "publish": [
            "cmd.>",
            "ask.>",
            f"$JS.ACK.{INBOX}.{INBOX_CONSUMER}.>",
            *(f"{api}.{request}" for api in apis for request in asked),
        ],
        "subscribe": [f"{inbox_prefix(agency)}.>", "clock.>"],
    }
