"""The settings of one process, from the environment (``STAFFEL_…``) or from files."""

import os
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import AwareDatetime, Field, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from services.chassis.validation import MailAddress, MailServer

PREFIX = "STAFFEL_"
_MOST_BYTES = 64 * 1024


class WrongSettings(Exception):
    """A setting is missing or breaks a rule; names each with its rule and an example."""


class SecretFiles(PydanticBaseSettingsSource):
    """Reads a field from the file that ``STAFFEL_<FIELD>_FILE`` names, as secrets are mounted."""

    def get_field_value(
        self,
        field: FieldInfo,  # noqa: ARG002 - the base class asks for it
        field_name: str,
    ) -> tuple[Any, str, bool]:
        """The text of the file, without the line's end; nothing where no file is named.

        Raises:
            WrongSettings: the file cannot be read, or the value is given twice.
        """
        variable = f"{PREFIX}{field_name.upper()}"
        path = os.environ.get(f"{variable}_FILE")
        # `master_key_file` is a field itself: it is handed on as a path.
        if not path or f"{field_name}_file" in self.settings_cls.model_fields:
            return None, field_name, False
        if os.environ.get(variable):
            raise WrongSettings(f"{variable} and {variable}_FILE are both set: keep one of them")
        try:
            with Path(path).open(encoding="utf-8") as file:
                return file.read(_MOST_BYTES).strip(), field_name, False
        except (OSError, UnicodeError) as error:
            reason = getattr(error, "strerror", None) or "it is no text"
            raise WrongSettings(f"{variable}_FILE: {path} cannot be read: {reason}") from None

    def __call__(self) -> dict[str, Any]:
        """The fields that files hold."""
        found = {}
        for name, field in self.settings_cls.model_fields.items():
            if text := self.get_field_value(field, name)[0]:
                found[name] = self.prepare_field_value(name, field, text, value_is_complex=False)
        return found


class ProcessSettings(BaseSettings):
    """What every process needs.

    Each field is read from ``STAFFEL_<FIELD>``, or from the file in ``STAFFEL_<FIELD>_FILE``.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, extra="ignore", use_attribute_docstrings=True, hide_input_in_errors=True
    )

    nats_url: str = Field(
        default="nats://127.0.0.1:4222",
        pattern=r"^(nats|tls)://\S+$",
        examples=["tls://nats:4222", "tls://nats-1:4222,tls://nats-2:4222"],
    )
    """The NATS server, or several of one cluster, separated by commas."""
    nats_password: str | None = Field(default=None, repr=False)
    """The service's own NATS user is named like the service."""
    nats_login: Path | None = Field(default=None, examples=["/run/secrets/nats"])
    """A file with the login, ``<user>:<password>``, in place of the password; a new one is taken up
    while the process runs."""
    nats_ca: Path | None = Field(default=None, examples=["/run/tls/ca.crt"])
    """The certificate authority that NATS' certificate comes from; the system's without one."""
    nats_certificate: Path | None = Field(default=None, examples=["/run/tls/casework.crt"])
    """The service's own certificate, where NATS asks for one (mutual TLS)."""
    nats_key: Path | None = Field(default=None, examples=["/run/secrets/casework_tls_key"])
    """The key of that certificate."""
    http_host: str = "127.0.0.1"
    """The address to listen on; in a container 0.0.0.0."""
    http_port: int = Field(default=8080, ge=0, le=65535, examples=["8080"])
    """The port to listen on."""
    log_format: Literal["json", "console"] = "json"
    """JSON lines for machines, or readable ones."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    """The least weight of what is logged."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment, then files that it names."""
        del dotenv_settings, file_secret_settings
        return init_settings, env_settings, SecretFiles(settings_cls)

    @classmethod
    def load(cls) -> Self:
        """The settings of this process.

        Raises:
            WrongSettings: one sentence for each that is missing or breaks a rule.
        """
        try:
            return cls()
        except ValidationError as error:
            sentences = [_sentence(cls, one["loc"], one["msg"]) for one in error.errors()]
            raise WrongSettings("; ".join(sentences)) from None


class Settings(ProcessSettings):
    """What a service with a log needs besides."""

    database: str = Field(
        min_length=1, examples=["postgresql+psycopg://casework@postgres/casework"], repr=False
    )
    """SQLAlchemy URL of the service's own database."""
    keyring: str = Field(
        min_length=1, examples=["postgresql+psycopg://keyring@postgres/keyring"], repr=False
    )
    """SQLAlchemy URL of the keyring's database."""
    master_key_file: Path | None = Field(default=None, examples=["/run/master/master.key"])
    """The file with the key that wraps all persons' keys."""
    master_key: str | None = Field(default=None, repr=False)
    """The key that wraps all persons' keys: 64 hexadecimal digits, here or in the file."""
    log_key_file: Path | None = Field(default=None, examples=["/run/secrets/log.key"])
    """The file with the key that signs the log's checkpoints; several lines while keys change."""
    log_key: str | None = Field(default=None, repr=False)
    """The key that signs the log's checkpoints, a ``skey`` named like the log's origin, here or in
    the file; nothing is signed without one."""
    erasures: Path | None = Field(default=None, examples=["/var/lib/staffel/erasures.jsonl"])
    """The ledger of erasures, a file that lies outside of every backup."""
    http_rate: int = Field(default=200, ge=1, examples=["200"])
    """Requests a second that one agency may send to this process."""
    oidc_issuer: str | None = Field(
        default=None, examples=["https://login.kreis.example/realms/land"]
    )
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
    standby: Literal["wait", "exit"] = "wait"
    """What to do while another process holds the log: wait to take over, or end."""
    agencies: Path | None = Field(default=None, examples=["/run/directory/agencies.json"])
    """The directory of agencies, a JSON file; a change is noticed without a restart."""
    maintenance: Path | None = Field(default=None, examples=["/run/directory/maintenance.json"])
    """The file that says that commands are not taken; see ``staffel maintenance``."""
    origin: str = Field(
        default="staffel.example", pattern=r"^[a-z0-9.-]+$", examples=["staffel.kreis.example"]
    )
    """The name that this installation's logs are known by."""
    clock: Literal["real", "set"] = "real"
    """``set``: the clock stands still until it is set; for demonstrations."""
    clock_starts: AwareDatetime | None = Field(default=None, examples=["2026-03-02T09:00:00Z"])
    """Where a clock that is set begins."""
    smtp_url: MailServer | None = Field(
        default=None, repr=False, examples=["smtps://user:password@mail.kreis.example:465"]
    )
    """``smtp://user:password@host:port`` or ``smtps://…``; a maildir without one."""
    maildir: Path | None = Field(default=None, examples=["/var/lib/staffel/mail"])
    """The folder for notices where there is no mail server."""
    mail_from: MailAddress = Field(
        default="staffel@staffel.example", examples=["staffel@kreis.example"]
    )
    """The sender of notices."""


def _sentence(settings: type[ProcessSettings], place: tuple[Any, ...], rule: str) -> str:
    """``STAFFEL_DATABASE: field required. SQLAlchemy URL of …; for example …``."""
    name = str(place[0]) if place else ""
    field = settings.model_fields.get(name)
    meaning = (field.description or "").rstrip(".") if field else ""
    example = f", for example {field.examples[0]}" if field and field.examples else ""
    variable = f"{PREFIX}{name.upper()} (or {PREFIX}{name.upper()}_FILE)"
    return f"{variable}: {rule[0].lower()}{rule[1:]}; {meaning}{example}"
