"""What a home needs before its services start: databases of this version, and streams."""

from nats.aio.client import Client

from services.chassis.keys.keyring import create_keyring
from services.chassis.keys.master_keys import load_master_key
from services.chassis.store.migrate import migrate
from services.chassis.transport.provision import Provisioned, provision
from services.platform.backup.anew import fold_anew
from services.platform.config import SERVICES
from services.platform.databases import create_database
from services.platform.home import Home, NoHome
from services.platform.installation import KEYRING, Installation
from services.platform.lost import lost, told
from services.platform.services import service_named


async def provision_streams(
    nc: Client, home: Home, agencies: list[str] | None = None, *, plan: bool = False
) -> Provisioned:
    """Make what is missing of a home's streams and consumers; gives what was done.

    For the agencies of the directory, unless others are named. With ``plan`` nothing is made.
    """
    services = {name: list(service_named(name).hears) for name in SERVICES}
    if agencies is None:
        agencies = [agency.id for agency in home.agencies()]
    return await provision(nc, services, agencies, replicas=home.config.replicas, plan=plan)


def prepare_databases(home: Home) -> None:
    """Make the databases and bring them to this version; fold anew what was of an older one.

    Raises:
        NoHome: a database is lost, or the folder of all; nothing is made anew in its place.
        WrongMasterKey, WrongSchema: a database belongs to another key or a newer version.
        Fenced: a service of the older version runs; `staffel rebuild` it when it has stopped.
    """
    if not home.config.database and not home.config.deployed and not (home.folder / "db").is_dir():
        raise NoHome(f"{home.folder / 'db'} is lost, and with it all logs: `staffel restore`")
    master = load_master_key(home.master_key, None)
    for name in (KEYRING, *SERVICES):
        create_database(home.database_url(name), home.database_admin_url)
    at = Installation(home)
    for name in lost(at):
        raise NoHome(told(at, name))
    create_keyring(home.database_url(KEYRING), master)
    older = [name for name in SERVICES if migrate(name, home.database_url(name))]
    for name in older:  # after all: to fold a log is to read those of others
        fold_anew(home, name)
