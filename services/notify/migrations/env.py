"""Alembic runs this for every migration of the service."""

from services.chassis.store.migrating import run

run()
