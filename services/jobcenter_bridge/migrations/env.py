"""Alembic runs this for every migration of the service."""

from services.chassis.migrating import run

run()
