"""Run the process: ``python -m services.audit``."""

from services.audit.app import App
from services.audit.auditor import NAME
from services.audit.settings import AuditSettings
from services.chassis.running.process import load_settings, run_process

if __name__ == "__main__":
    settings = load_settings(NAME, AuditSettings)
    run_process(NAME, settings, lambda: App(settings))
