"""Where an agency's platform is and how it logs in: a context file, or the environment.

A context is a file of the `nats` tool, so that tool works with it as well; what it does not know
stands under the key ``staffel``.
"""

import json
import os
import ssl
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, Final

NAME: Final = "STAFFEL_CONTEXT"
URL, AGENCY, USER, PASSWORD, TOKEN = (
    f"STAFFEL_{name}" for name in ("URL", "AGENCY", "USER", "PASSWORD", "TOKEN")
)
OWN_KEY: Final = "staffel"


class NoContext(Exception):
    """There is no such context, or not only one; says which there are and what to do."""


@dataclass(frozen=True, slots=True)
class Context:
    """How one agency reaches one platform; secrets are left out where it is shown."""

    name: str
    url: str
    """The NATS server, such as ``nats://127.0.0.1:4622``."""
    agency: str
    password: str = field(repr=False)
    environment: str = "unknown"
    """``sandbox``, or what the operator calls the platform."""
    http: dict[str, str] = field(default_factory=dict)
    """The HTTP address of each service."""
    token: str | None = field(default=None, repr=False)
    """The bearer token for HTTP."""
    description: str = ""
    user: str | None = None
    """The NATS user, where it is not named like the agency."""
    authority: str | None = field(default=None, repr=False)
    """The certificates (PEM) that vouch for the platform; the system's without them."""
    identity: str | None = field(default=None, repr=False)
    """The agency's own certificate and its key (PEM), where the platform asks for them."""

    def document(self) -> dict[str, Any]:
        """The context as its file holds it."""
        own = {
            "agency": self.agency,
            "environment": self.environment,
            "http": self.http,
            "token": self.token,
            "authority": self.authority,
            "identity": self.identity,
        }
        return {
            "description": self.description,
            "url": self.url,
            "user": self.user or self.agency,
            "password": self.password,
            "inbox_prefix": f"_INBOX_{self.agency}",
            OWN_KEY: {name: value for name, value in own.items() if value},
        }

    def tls(self) -> ssl.SSLContext | None:
        """What checks the platform's certificate on ``tls://…``; nothing on ``nats://…``."""
        if not self.url.startswith("tls://"):
            return None
        context = ssl.create_default_context(cadata=self.authority)
        if self.identity:
            with NamedTemporaryFile("w", encoding="ascii") as file:  # OpenSSL reads files alone
                file.write(self.identity)
                file.flush()
                context.load_cert_chain(file.name)
        return context


def folder() -> Path:
    """Where contexts are kept: ``~/.config/nats/context``, or below ``XDG_CONFIG_HOME``."""
    config = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(config) / "nats" / "context"


def load(name: str | None = None) -> Context:
    """The context ``name``, else the one that the environment means, else the only one there is.

    ``STAFFEL_CONTEXT`` names one; ``STAFFEL_URL``, ``STAFFEL_AGENCY`` and ``STAFFEL_PASSWORD`` (and
    ``STAFFEL_USER`` where the NATS user is not named like the agency, ``STAFFEL_TOKEN`` for HTTP)
    take the place of a file.

    Raises:
        NoContext: none is meant, the file is missing, or it lacks something.
    """
    wanted = name or os.environ.get(NAME)
    if wanted:
        return _read(wanted)
    if os.environ.get(URL):
        return _from_environment()
    found = names()
    if len(found) != 1:
        raise NoContext(_which(found))
    return _read(found[0])


def names() -> list[str]:
    """The contexts in the folder that are Staffel's, by name."""
    found = []
    for path in sorted(folder().glob("*.json")):
        try:
            document = json.loads(path.read_bytes())
        except (OSError, ValueError):
            continue  # another program's file: not ours to complain about
        if isinstance(document, dict) and OWN_KEY in document:
            found.append(path.stem)
    return found


def save(context: Context) -> Path:
    """Write the context's file, readable by its owner alone, and return where it is."""
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder() / f"{context.name}.json"
    document = context.document()
    # The `nats` tool takes files: they lie beside.
    for name, ending, text in (
        ("ca", "ca.pem", context.authority),
        ("cert", "identity.pem", context.identity),
        ("key", "identity.pem", context.identity),
    ):
        if text:
            document[name] = str(folder() / f"{context.name}.{ending}")
            _write_private(Path(document[name]), text)
    _write_private(path, json.dumps(document, indent=2, ensure_ascii=False))
    return path


def add(file: Path) -> Path:
    """Take up the credentials file that an operator handed over; gives where it lies now.

    Raises:
        NoContext: the file cannot be read, or lacks something.
    """
    try:
        document = json.loads(file.read_bytes())
    except (OSError, ValueError):
        raise NoContext(f"{file} cannot be read as JSON") from None
    return save(_context(f"staffel-{file.stem}", file, document))


def _write_private(path: Path, text: str) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)


def _from_environment() -> Context:
    if missing := [key for key in (AGENCY, PASSWORD) if not os.environ.get(key)]:
        raise NoContext(f"{URL} is set, but not {' and '.join(missing)}")
    return Context(
        name="(environment)",
        url=os.environ[URL],
        agency=os.environ[AGENCY],
        user=os.environ.get(USER) or None,
        password=os.environ[PASSWORD],
        token=os.environ.get(TOKEN),
    )


def _read(name: str) -> Context:
    path = folder() / f"{name}.json"
    try:
        document = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise NoContext(f"there is no context {name}; {_which(names())}") from None
    except (OSError, ValueError):
        raise NoContext(f"{path} cannot be read as JSON") from None
    return _context(name, path, document)


def _context(name: str, path: Path, document: Any) -> Context:
    if not isinstance(document, dict):
        raise NoContext(f"{path} is no context")
    if missing := [key for key in ("url", "user", "password") if not document.get(key)]:
        raise NoContext(f"{path} lacks {', '.join(missing)}")
    own = document.get(OWN_KEY) or {}
    agency = own.get("agency") or document["user"]
    return Context(
        name=name,
        url=document["url"],
        agency=agency,
        user=document["user"] if document["user"] != agency else None,
        password=document["password"],
        environment=own.get("environment", "unknown"),
        http=own.get("http", {}),
        token=own.get("token"),
        description=document.get("description", ""),
        authority=own.get("authority"),
        identity=own.get("identity"),
    )


def _which(found: list[str]) -> str:
    if not found:
        return (
            f"no context in {folder()}: start a sandbox, put a file there, "
            f"or set {URL}, {AGENCY} and {PASSWORD}"
        )
    return f"choose one with --context or {NAME}: {', '.join(found)}"
