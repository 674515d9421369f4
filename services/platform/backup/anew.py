"""Fold a stopped service's tables anew, and carry out first what it does not know to be erased.

A fold finds nothing of a person whose key is gone, and tables may be the last that know which
numbers the person's entries had in a feed.
"""

from services.chassis.folding.rebuild import Difference, Folded
from services.chassis.store.database import reading
from services.platform.backup.erased import erase_again, missing_in
from services.platform.backup.gone import erasures_known
from services.platform.backup.others import feeds, others
from services.platform.folding import replace_tables
from services.platform.home import Home


def fold_anew(home: Home, name: str) -> tuple[list[Difference], Folded]:
    """Put what the logs say in place of a service's tables; takes the log's lease.

    Raises:
        Fenced: the service is running. UnreadableLedger: nobody can tell who was erased.
    """
    gone = erasures_known(home, [name])
    with reading(home.database_url(name)) as conn:
        pending = missing_in(conn, gone)
    if pending:
        with others(home, home.archive, stopped=False) as known:
            erase_again(home, [name], [name], gone, feeds(known))
    return replace_tables(home, name)
