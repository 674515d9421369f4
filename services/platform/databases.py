"""Make PostgreSQL databases where they are missing; SQLite makes its files by itself."""

from psycopg import sql
from sqlalchemy import URL, Connection, create_engine, make_url, text


def create_database(url: str, admin: str | None = None) -> None:
    """Make the database that a PostgreSQL URL names, if it is not there.

    With ``admin``, the URL of a superuser, the role that the URL names is made as well: it owns
    its database, may log in with its password alone, and nobody else may connect to the database.
    """
    wanted = make_url(url)
    if wanted.get_backend_name() == "sqlite":
        return
    maker = make_url(admin) if admin else wanted
    engine = create_engine(maker.set(database="postgres"), isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as conn:
            if admin:
                _make_role(conn, wanted)
            _make_database(conn, wanted, owned=admin is not None)
    finally:
        engine.dispose()


def _make_role(conn: Connection, wanted: URL) -> None:
    """Make the role, or give it the password that the URL names now."""
    known = conn.scalar(text("SELECT 1 FROM pg_roles WHERE rolname = :r"), {"r": wanted.username})
    statement = "ALTER ROLE {} LOGIN PASSWORD {}" if known else "CREATE ROLE {} LOGIN PASSWORD {}"
    role, word = sql.Identifier(str(wanted.username)), sql.Literal(str(wanted.password))
    _run(conn, sql.SQL(statement).format(role, word))


def _make_database(conn: Connection, wanted: URL, *, owned: bool) -> None:
    query = text("SELECT 1 FROM pg_database WHERE datname = :name")
    if conn.scalar(query, {"name": wanted.database}) is not None:
        return
    name, role = sql.Identifier(str(wanted.database)), sql.Identifier(str(wanted.username))
    if not owned:
        _run(conn, sql.SQL("CREATE DATABASE {}").format(name))
        return
    _run(conn, sql.SQL("CREATE DATABASE {} OWNER {}").format(name, role))
    _run(conn, sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))


def _run(conn: Connection, statement: sql.Composed) -> None:
    driver = conn.connection.driver_connection
    conn.exec_driver_sql(statement.as_string(driver).replace("%", "%%"))
