"""Run the process: ``python -m services.audit``."""

from services.audit.app import NAME, Auditor
from services.audit.settings import AuditSettings
from services.chassis.process import run_process

if __name__ == "__main__":
    settings = AuditSettings()
    run_process(NAME, settings, lambda: Auditor(settings))
