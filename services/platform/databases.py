"""Make PostgreSQL databases where they are missing; SQLite makes its files by itself."""

from sqlalchemy import create_engine, make_url, text


def create_database(url: str) -> None:
    """Make the database that a PostgreSQL URL names, if it is not there."""
    wanted = make_url(url)
    if wanted.get_backend_name() == "sqlite":
        return
    engine = create_engine(wanted.set(database="postgres"), isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as conn:
            query = text("SELECT 1 FROM pg_database WHERE datname = :name")
            if conn.scalar(query, {"name": wanted.database}) is None:
                name = str(wanted.database).replace('"', "")
                conn.exec_driver_sql(f'CREATE DATABASE "{name}"')
    finally:
        engine.dispose()
