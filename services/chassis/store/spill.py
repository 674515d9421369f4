"""A mapping that moves to disk as it grows, so that a fold of a long log stays small in memory."""

import pickle
import sqlite3
from collections.abc import ItemsView, Iterator, MutableMapping
from operator import itemgetter
from typing import Any
from weakref import finalize

KEPT = 5_000


class Spill(MutableMapping[Any, Any]):
    """Keeps what was touched last in memory, and the rest in a private temporary file.

    SQLite deletes the file as soon as it is open, so that nobody else reads it and nothing of it is
    left behind; ``SQLITE_TMPDIR`` names the folder. Going through it gives the keys in order.
    """

    def __init__(self, kept: int = KEPT) -> None:
        """Keep up to twice ``kept`` values in memory."""
        self._kept = kept
        self._young: dict[Any, Any] = {}
        self._old: dict[Any, Any] = {}
        self._disk: sqlite3.Connection | None = None

    def __getitem__(self, key: Any) -> Any:
        if key in self._young:
            return self._young[key]
        value = self._old[key] if key in self._old else self._read(key)
        self[key] = value
        return value

    def get(self, key: Any, default: Any = None) -> Any:
        """The value of a key; it is asked for at each entry that is folded."""
        return self._young[key] if key in self._young else super().get(key, default)

    def __setitem__(self, key: Any, value: Any) -> None:
        self._young[key] = value
        if len(self._young) >= self._kept:
            self._write(self._old)
            self._old, self._young = self._young, {}

    def __delitem__(self, key: Any) -> None:
        self._flush()
        if not self._open().execute("DELETE FROM kept WHERE key = ?", (key,)).rowcount:
            raise KeyError(key)

    def __iter__(self) -> Iterator[Any]:
        if self._disk is None:
            return iter(sorted(self._in_memory()))
        return (key for key, _ in self._rows("key, NULL"))

    def __len__(self) -> int:
        if self._disk is None:
            return len(self._in_memory())
        self._flush()
        return int(self._open().execute("SELECT count(*) FROM kept").fetchone()[0])

    def items(self) -> ItemsView[Any, Any]:
        """Keys and values in the order of the keys, read from disk as they are asked for."""
        return _Items(self)

    def rows(self) -> Iterator[tuple[Any, Any]]:
        """Keys and values in the order of the keys."""
        if self._disk is None:
            return iter(sorted(self._in_memory().items(), key=itemgetter(0)))
        return ((key, pickle.loads(value)) for key, value in self._rows("key, value"))  # noqa: S301 - our own bytes

    def _in_memory(self) -> dict[Any, Any]:
        return self._old | self._young

    def _rows(self, columns: str) -> Iterator[Any]:
        self._flush()
        return self._open().execute(f"SELECT {columns} FROM kept ORDER BY key")  # noqa: S608 - our own names

    def _read(self, key: Any) -> Any:
        if self._disk is None:
            raise KeyError(key)
        row = self._disk.execute("SELECT value FROM kept WHERE key = ?", (key,)).fetchone()
        if row is None:
            raise KeyError(key)
        return pickle.loads(row[0])  # noqa: S301 - our own bytes, which no one else could write

    def _flush(self) -> None:
        self._write(self._old)
        self._write(self._young)
        self._old, self._young = {}, {}

    def _write(self, values: dict[Any, Any]) -> None:
        rows = [(k, pickle.dumps(v, pickle.HIGHEST_PROTOCOL)) for k, v in values.items()]
        self._open().executemany("INSERT OR REPLACE INTO kept VALUES (?, ?)", rows)

    def _open(self) -> sqlite3.Connection:
        if self._disk is None:
            self._disk = sqlite3.connect("")
            finalize(self, self._disk.close)
            self._disk.execute("PRAGMA journal_mode=OFF")
            self._disk.execute("CREATE TABLE kept (key PRIMARY KEY, value BLOB) WITHOUT ROWID")
        return self._disk


class _Items(ItemsView[Any, Any]):
    """What ``items`` gives: one pass over the file."""

    _mapping: Spill

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        return self._mapping.rows()
