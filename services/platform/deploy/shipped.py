"""The files that a version ships for operators, and which of a folder's are not this version's."""

import shutil
import sys
from pathlib import Path

_COPIED = ("compose*.yaml", "compose.override.yaml.example", "README.md", "staffel", "renew")
_COPIED_FOLDERS = ("nats", "postgres", "caddy", "prometheus", "grafana", "otel", "leafnode")


def shipped_files() -> Path:
    """The folder with the compose files of this version: in the image, or in the repository."""
    installed = Path(sys.prefix) / "deploy"
    return installed if installed.is_dir() else Path(__file__).parents[3] / "deploy"


def copy_shipped(folder: Path) -> tuple[list[str], list[str]]:
    """Copy what is missing in an operator's folder; gives what was made, and what differs."""
    source, made, differs = shipped_files(), list[str](), list[str]()
    if source.resolve() == folder.resolve():
        return made, differs
    for path in _shipped(source):
        target = folder / path.relative_to(source)
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
            made.append(str(target.relative_to(folder)))
        elif target.read_bytes() != path.read_bytes():
            differs.append(str(target.relative_to(folder)))
    return made, differs


def _shipped(source: Path) -> list[Path]:
    files = [path for pattern in _COPIED for path in source.glob(pattern)]
    files += [
        path for name in _COPIED_FOLDERS for path in (source / name).rglob("*") if path.is_file()
    ]
    return sorted(set(files) - {source / "compose.override.yaml"})
