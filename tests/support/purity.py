"""The rule that what deciders run is pure: which code it covers, and what it refuses there."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
OURS = {"services": ROOT, "staffel_contracts": ROOT / "contracts"}

# fmt: off
IMPURE_MODULES = frozenset(
    [
        "asyncio", "builtins", "concurrent", "ctypes", "glob", "http", "io", "locale", "logging",
        "multiprocessing", "os", "pathlib", "platform", "queue", "random", "secrets", "select",
        "shutil", "signal", "socket", "sqlite3", "ssl", "subprocess", "sys", "tempfile",
        "threading", "time", "urllib", "uuid", "warnings", "alembic", "cryptography", "fastapi",
        "faststream", "httpx", "nats", "prometheus_client", "psycopg", "sqlalchemy", "sqlmodel",
        "starlette", "structlog", "uvicorn",
    ]
)
IMPURE_BUILTINS = frozenset(
    [
        "__import__", "breakpoint", "compile", "eval", "exec", "globals", "hash", "id", "input",
        "open", "print",
    ]
)
# fmt: on
CLOCK_METHODS = frozenset(["now", "today", "utcnow"])
WAITING = (ast.AsyncFor, ast.AsyncFunctionDef, ast.AsyncWith, ast.Await)
REBINDING = (ast.Global, ast.Nonlocal)


def deciders(root: Path = ROOT) -> list[Path]:
    """Return every decider: `services/<service>/decider.py`, or one per subject."""
    found = [*root.glob("services/*/decider.py"), *root.glob("services/*/*/decider.py")]
    return sorted(path for path in found if path.parent.name != "chassis")


def pure_code(starts: list[Path]) -> list[Path]:
    """Return the deciders and every module of ours that they import, directly or not."""
    reached: set[Path] = set()
    waiting = list(starts)
    while waiting:
        path = waiting.pop()
        if path not in reached:
            reached.add(path)
            waiting.extend(_imported_files(path))
    return sorted(reached)


def impurities(source: str) -> list[str]:
    """Return what a module does that a pure one must not, as `line: what`."""
    return [f"{line}: {what}" for node in ast.walk(ast.parse(source)) for line, what in _of(node)]


def _of(node: ast.AST) -> Iterator[tuple[int, str]]:
    if isinstance(node, WAITING):
        yield node.lineno, "waits: async or await"
    elif isinstance(node, REBINDING):
        yield node.lineno, f"keeps a state outside: {', '.join(node.names)}"
    elif isinstance(node, (ast.Import, ast.ImportFrom)):
        impure = sorted(name for name in imported_names(node) if _top(name) in IMPURE_MODULES)
        yield from ((node.lineno, f"imports {name}") for name in impure)
    elif isinstance(node, ast.Attribute) and _is_a_clock(node):
        yield node.lineno, f"asks a clock: {ast.unparse(node)}"
    elif isinstance(node, ast.Name) and _is_impure_builtin(node):
        yield node.lineno, f"uses {node.id}"


def _is_a_clock(node: ast.Attribute) -> bool:
    """Whether a clock's method is named; a plain name may have a field called today."""
    field = isinstance(node.value, ast.Name) and node.attr == "today"
    return node.attr in CLOCK_METHODS and not (field and not _names_a_date(ast.unparse(node.value)))


def _names_a_date(text: str) -> bool:
    return text.lower().endswith(("date", "datetime"))


def _is_impure_builtin(name: ast.Name) -> bool:
    """Whether a builtin is used; a field of that name is only named."""
    return name.id in IMPURE_BUILTINS and isinstance(name.ctx, ast.Load)


def imported_names(node: ast.Import | ast.ImportFrom) -> set[str]:
    """Return the modules a statement may import; `from a import b` may mean `a.b`."""
    if isinstance(node, ast.Import):
        return {alias.name for alias in node.names}
    if node.level:
        return {"builtins.relative_import"}
    module = node.module or ""
    return {module} if _top(module) not in OURS else _possible(module, node.names)


def _possible(module: str, names: list[ast.alias]) -> set[str]:
    return {module, *(f"{module}.{alias.name}" for alias in names)}


def _imported_files(path: Path) -> Iterator[Path]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            files = (_file(name) for name in imported_names(node))
            yield from (file for file in files if file is not None)


def _file(module: str) -> Path | None:
    if _top(module) not in OURS:
        return None
    base = OURS[_top(module)].joinpath(*module.split("."))
    found = [base.with_suffix(".py"), base / "__init__.py"]
    return next((file for file in found if file.exists()), None)


def _top(module: str) -> str:
    return module.partition(".")[0]
