"""The settings of one process, from the environment (``STAFFEL_…``) or from files."""

from pathlib import Path
from typing import Literal

from pydantic import AwareDatetime, Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class ProcessSettings(BaseSettings):
    """What every process needs. Each field is read from ``STAFFEL_<FIELD>``."""

    model_config = SettingsConfigDict(env_prefix="STAFFEL_", extra="ignore")

    nats_url: str = "nats://127.0.0.1:4222"
    nats_password: str | None = Field(default=None, repr=False)
    """The process's own NATS user is named like the service."""
    http_host: str = "127.0.0.1"
    http_port: int = Field(default=8080, ge=0, le=65535)
    log_format: Literal["json", "console"] = "json"
    log_level: str = "INFO"


class Settings(ProcessSettings):
    """What a service with a log needs besides."""

    database: str
    """SQLAlchemy URL of the service's own database."""
    keyring: str
    """SQLAlchemy URL of the keyring's database."""
    master_key_file: Path | None = None
    master_key: str | None = Field(default=None, repr=False)
    """The key that wraps all persons' keys: 64 hexadecimal digits, here or in the file."""
    log_key_file: Path | None = None
    log_key: str | None = Field(default=None, repr=False)
    """The key that signs the log's checkpoints, a ``skey`` named like the log's origin, here or in
    the file; nothing is signed without one."""
    erasures: Path | None = None
    """The ledger of erasures, a file that lies outside of every backup."""
    http_rate: int = Field(default=200, ge=1)
    """Requests a second that one agency may send to this process."""
    oidc_issuer: str | None = None
    """The issuer whose tokens are taken, beside the agencies' own ones; https."""
    oidc_audience: str = "staffel"
    """Whom the tokens must be made for."""
    oidc_agency_claim: str = "agency"
    """The claim with the agency's id in the directory; dots lead into objects."""
    oidc_roles_claim: str = "roles"
    """The claim with the codes of roles, such as ``realm_access.roles``."""
    oidc_algorithms: tuple[str, ...] = ("RS256", "PS256", "ES256", "Ed25519", "EdDSA")
    oidc_leeway: int = Field(default=30, ge=0, le=300)
    """Seconds by which the issuer's clock may differ."""
    oidc_keys_kept: int = Field(default=3600, ge=60)
    """Seconds for which its keys hold while it is away."""
    oidc_operator: str = "operator"
    """The value of the agency's claim by which the platform's operators are known."""
    agencies: Path | None = None
    """The directory of agencies, a JSON file."""
    origin: str = Field(default="staffel.example", pattern=r"^[a-z0-9.-]+$")
    """The name that this installation's logs are known by."""
    clock: Literal["real", "set"] = "real"
    """``set``: the clock stands still until it is set; for demonstrations."""
    clock_starts: AwareDatetime | None = None
    smtp_url: str | None = None
    """``smtp://user:password@host:port`` or ``smtps://…``; a maildir without one."""
    maildir: Path | None = None
    mail_from: str = "staffel@staffel.example"
