"""The operator's verbs of the command ``staffel``."""

import typer

from services.platform.agencies import agency_app
from services.platform.audit.exporting import export_command
from services.platform.audit.finding import findings_command, settle_command
from services.platform.audit.replaying import replay_command
from services.platform.audit.tables import table_command
from services.platform.backup.command import backup_app, restore
from services.platform.demo.command import demo
from services.platform.deploy.command import deploy_app
from services.platform.doctor import doctor
from services.platform.erase import erase
from services.platform.intake_import import import_file
from services.platform.keys import keys_app
from services.platform.maintenance import maintenance_app
from services.platform.parked import parked_app
from services.platform.publish.command import generate, release
from services.platform.rebuild import rebuild
from services.platform.restrict import restrict
from services.platform.retention import retention_app
from services.platform.rules import rules_app
from services.platform.running import migrate, provision, status, up
from services.platform.sandbox import sandbox
from services.platform.sheets import sheet_app
from services.platform.smoke import smoke
from services.platform.support import support_app
from services.platform.upgrading import upgrade_app
from staffel_contracts.cli.audit import audit_app
from staffel_contracts.cli.contracts import contracts_app


def register(app: typer.Typer) -> None:
    """Add the verbs to the command line."""
    app.command()(up)
    app.command()(demo)
    app.command()(sandbox)
    app.command()(status)
    app.command()(doctor)
    app.command()(smoke)
    app.command()(rebuild)
    app.command()(restore)
    app.command()(migrate)
    app.command()(erase)
    app.command()(restrict)
    app.command()(provision)
    app.add_typer(agency_app, name="agency")
    app.add_typer(deploy_app, name="deploy")
    app.add_typer(parked_app, name="parked")
    app.add_typer(backup_app, name="backup")
    app.add_typer(upgrade_app, name="upgrade")
    app.add_typer(support_app, name="support")
    app.add_typer(maintenance_app, name="maintenance")
    app.add_typer(keys_app, name="keys")
    app.add_typer(retention_app, name="retention")
    app.add_typer(rules_app, name="rules")
    app.add_typer(sheet_app, name="sheet")
    intake = typer.Typer(help="Bring a district's data in.", no_args_is_help=True)
    intake.callback()(_a_group)
    intake.command(name="import")(import_file)
    app.add_typer(intake, name="intake")
    audit_app.command(name="replay")(replay_command)
    audit_app.command(name="export")(export_command)
    audit_app.command(name="findings")(findings_command)
    audit_app.command(name="settle")(settle_command)
    audit_app.command(name="table")(table_command)
    contracts_app.command()(generate)
    contracts_app.command()(release)


def _a_group() -> None:
    """Typer needs a callback to keep a single command a subcommand."""
