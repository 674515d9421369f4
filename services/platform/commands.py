"""The operator's verbs of the command ``staffel``."""

from staffel_contracts.cli.verbs import Group, Verbs

_HERE = "services.platform"


def register(verbs: Verbs) -> None:
    """Add the verbs to the command line."""
    verbs |= {
        "up": f"{_HERE}.running:up",
        "demo": f"{_HERE}.demo.command:demo",
        "sandbox": f"{_HERE}.sandbox:sandbox",
        "status": f"{_HERE}.running:status",
        "subject-access": f"{_HERE}.audit.subject_access:subject_access_command",
        "doctor": f"{_HERE}.doctor:doctor",
        "smoke": f"{_HERE}.smoke:smoke",
        "rebuild": f"{_HERE}.rebuild:rebuild",
        "restore": f"{_HERE}.backup.command:restore",
        "migrate": f"{_HERE}.running:migrate",
        "erase": f"{_HERE}.erase:erase",
        "restrict": f"{_HERE}.restrict:restrict",
        "provision": f"{_HERE}.running:provision",
        "agency": f"{_HERE}.agencies:agency_app",
        "deploy": f"{_HERE}.deploy.command:deploy_app",
        "parked": f"{_HERE}.parked:parked_app",
        "backup": f"{_HERE}.backup.command:backup_app",
        "upgrade": f"{_HERE}.upgrading:upgrade_app",
        "support": f"{_HERE}.support:support_app",
        "maintenance": f"{_HERE}.maintenance:maintenance_app",
        "keys": f"{_HERE}.keys:keys_app",
        "retention": f"{_HERE}.retention:retention_app",
        "rules": f"{_HERE}.rules:rules_app",
        "sheet": f"{_HERE}.sheets:sheet_app",
        "intake": Group(
            "Bring a district's data in.", {"import": f"{_HERE}.intake_import:import_file"}
        ),
    }
    _add(
        verbs["audit"],
        {
            "replay": f"{_HERE}.audit.replaying:replay_command",
            "who-saw": f"{_HERE}.audit.who_saw:who_saw_command",
            "export": f"{_HERE}.audit.exporting:export_command",
            "findings": f"{_HERE}.audit.finding:findings_command",
            "settle": f"{_HERE}.audit.finding:settle_command",
            "table": f"{_HERE}.audit.tables:table_command",
        },
    )
    publishing = f"{_HERE}.publish.command"
    _add(
        verbs["contracts"],
        {"generate": f"{publishing}:generate", "release": f"{publishing}:release"},
    )


def _add(group: Group | str, verbs: dict[str, str]) -> None:
    assert isinstance(group, Group)  # noqa: S101 - for the type alone
    group.verbs.update(verbs)
