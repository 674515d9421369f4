"""The container of a bundle: a zip file in the one form that we write, and no other.

Nothing in it is compressed, members follow each other without a gap, and each name is one that a
bundle may have. So nothing unpacks to more than it is, hides, or leads out of the bundle.
"""

import os
import stat
import struct
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import IO
from zipfile import ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from staffel_contracts.audit.lines import MAX_BYTES as MAX_LINE
from staffel_contracts.audit.members import is_allowed
from staffel_contracts.tlog.tree import HASH_BYTES

MAX_MEMBERS = 5_000
MAX_SMALL = 1_000_000
"""A manifest, policy or checkpoint is not larger."""
_CHUNK = 1 << 17  # what is read, split and hashed stays in the cache of a core
_EXTRA_BYTES = 20
_HEADER_BYTES = 30 + _EXTRA_BYTES  # a local header and its extra field with sizes of 64 bits
_NAME_LENGTH_AT = 26
_END = struct.Struct("<4s4H2IH")
_ENTRY = struct.Struct("<6xH12x2I3H8xI")
_VERSION = 45
"""Of zip, in tenths: the first with numbers of 64 bits."""
_TOO_LARGE = 0xFFFFFFFF
_WIDE = struct.Struct("<4sQ2H2I4Q")
_LOCATOR = struct.Struct("<4sIQI")
_ENDS, _WIDENS, _LOCATES = b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"
"""How a zip file ends, and the two records before that with numbers of 64 bits if need be."""
_MAX_DIRECTORY = MAX_MEMBERS * (46 + 129 + 28)  # the longest names, all numbers in 64 bits


# What zipfile raises for a file made to hurt: NotImplementedError is its word for a method or a
# version of zip that it does not know.
_UNREADABLE = (BadZipFile, NotImplementedError, ValueError, EOFError, OverflowError, struct.error)


class NotABundle(Exception):
    """A file is no bundle, or a damaged or dangerous one; says why and where."""


class Members:
    """The members of an open bundle, by name."""

    def __init__(self, path: Path) -> None:
        """Open the file and look at its form.

        Raises:
            NotABundle: no zip file of this form.
            OSError: there is no such file, or it cannot be read.
        """
        self._in_use: list[IO[bytes]] = []
        if not stat.S_ISREG(path.stat().st_mode):  # a pipe would be waited for, a device never ends
            raise NotABundle("no regular file")
        with path.open("rb") as file:
            _check_end(file)
        try:
            self._zip = ZipFile(path)
        except _UNREADABLE as error:
            raise NotABundle(f"no zip file: {error}") from None
        try:
            self._infos = _checked(self._zip)
        except NotABundle:
            self._zip.close()
            raise

    @property
    def names(self) -> list[str]:
        """The members' names, in their order."""
        return list(self._infos)

    def close(self) -> None:
        """Close the file, and what of it is still being read."""
        for member in self._in_use:
            member.close()
        self._zip.close()

    def small(self, name: str) -> bytes:
        """A small member's bytes.

        Raises:
            NotABundle: it is missing, too large or damaged.
        """
        info = self._info(name)
        if info.file_size > MAX_SMALL:
            raise NotABundle(f"{name}: larger than {MAX_SMALL} bytes")
        try:
            return self._zip.read(info)
        except (BadZipFile, EOFError) as error:
            raise NotABundle(f"{name}: {error}") from None

    def lines(self, name: str) -> Iterator[bytes]:
        """A member's lines, without their newlines.

        Raises:
            NotABundle: it is missing or damaged, a line is too long, or the last has no newline.
        """
        return chain.from_iterable(self.pieces(name))

    def pieces(self, name: str) -> Iterator[list[bytes]]:
        """Like ``lines``, several at a time, as they are read: that costs half as much."""
        rest = b""
        for chunk in self._chunks(name, _CHUNK):
            lines = (rest + chunk).split(b"\n")
            rest = lines.pop()
            if len(rest) > MAX_LINE or (lines and len(lines[0]) > MAX_LINE):
                raise NotABundle(f"{name}: a line is longer than {MAX_LINE} bytes")
            if lines:
                yield lines
        if rest:
            raise NotABundle(f"{name}: the last line has no newline")

    def hashes(self, name: str, count: int) -> Callable[[int], bytes] | None:
        """A member of ``count`` hashes, as a reader of its next bytes; ``None`` if not there.

        Raises:
            NotABundle: it has not the size of so many hashes.
        """
        if name not in self._infos:
            return None
        if self._info(name).file_size != count * HASH_BYTES:
            raise NotABundle(f"{name}: {count} hashes of {HASH_BYTES} bytes are expected")
        member = self._opened(name)

        def following(hashes: int) -> bytes:
            try:
                return member.read(hashes * HASH_BYTES)
            except (BadZipFile, EOFError) as error:
                raise NotABundle(f"{name}: {error}") from None

        return following

    def _chunks(self, name: str, size: int) -> Iterator[bytes]:
        try:
            member = self._opened(name)
            while chunk := member.read(size):
                yield chunk
        except (BadZipFile, EOFError) as error:
            raise NotABundle(f"{name}: {error}") from None

    def _opened(self, name: str) -> IO[bytes]:
        try:
            member = self._zip.open(self._info(name))
        except BadZipFile as error:
            raise NotABundle(f"{name}: {error}") from None
        self._in_use.append(member)
        return member

    def _info(self, name: str) -> ZipInfo:
        try:
            return self._infos[name]
        except KeyError:
            raise NotABundle(f"{name} is missing") from None


def _check_end(file: IO[bytes]) -> None:
    """Look at what the file tells of its members, before any memory is given to them."""
    most = _WIDE.size + _LOCATOR.size + _END.size
    ends_at = file.seek(0, os.SEEK_END) - _END.size
    file.seek(max(0, ends_at + _END.size - most))
    tail = file.read()
    end, before = tail[-_END.size :], tail[: -_END.size]
    if len(end) < _END.size or not end.startswith(_ENDS):
        raise NotABundle("no zip file, or something stands after its end")
    *_, count, size, _, comment = _END.unpack(end)
    if before[-_LOCATOR.size :].startswith(_LOCATES):
        wide = before[: -_LOCATOR.size]
        if len(wide) < _WIDE.size or not wide.startswith(_WIDENS):
            raise NotABundle("no zip file: its end is damaged")
        *_, count, size, _ = _WIDE.unpack(wide)
        ends_at -= _WIDE.size + _LOCATOR.size
    if comment or count > MAX_MEMBERS or size > _MAX_DIRECTORY:
        raise NotABundle(f"a bundle has no comment and at most {MAX_MEMBERS} members")
    file.seek(max(0, ends_at - size))
    if _members_in(file.read(size)) != count:
        raise NotABundle("no zip file: its directory is damaged")


def _members_in(directory: bytes) -> int:
    """How many members a directory has: names, and numbers that are too large for their places.

    -1: it does not end with a member.
    """
    at = found = 0
    while at < len(directory):
        entry = directory[at : at + _ENTRY.size]
        if len(entry) < _ENTRY.size:
            raise NotABundle("no zip file: its directory is damaged")
        version, packed, full, name, extra, comment, offset = _ENTRY.unpack(entry)
        wide = 16 * (_TOO_LARGE in {packed, full}) + 8 * (offset == _TOO_LARGE)
        if version != _VERSION:
            raise NotABundle("a member is compressed, or of another version of zip")
        if comment or extra != (wide and 4 + wide):
            raise NotABundle("a member has a comment, or something else beside its name")
        at += _ENTRY.size + name + extra
        found += 1
    return found if at == len(directory) else -1


def _checked(archive: ZipFile) -> dict[str, ZipInfo]:
    """The members by name, if the zip file has the one form that a bundle has."""
    infos = archive.infolist()
    at = 0
    for info in infos:
        if not is_allowed(info.orig_filename):
            raise NotABundle(f"a bundle has no member called {info.orig_filename[:80]!r}")
        if info.compress_type != ZIP_STORED or info.file_size != info.compress_size:
            raise NotABundle(f"{info.filename}: compressed, which nothing in a bundle is")
        if info.flag_bits:
            raise NotABundle(f"{info.filename}: encrypted or of unknown size")
        if info.header_offset != at:
            raise NotABundle(f"{info.filename}: does not follow right after the member before")
        if not _begins_as_told(archive, info):
            raise NotABundle(f"{info.filename}: its header is another")
        at += _HEADER_BYTES + len(info.orig_filename) + info.file_size
    if archive.start_dir != at:
        raise NotABundle("something stands before or after the members")
    members = {info.filename: info for info in infos}
    if len(members) != len(infos):
        raise NotABundle("two members have the same name")
    return members


def _begins_as_told(archive: ZipFile, info: ZipInfo) -> bool:
    """Whether a member's own header has the name that the directory has, read or not."""
    name, file = info.orig_filename.encode(), archive.fp
    assert file is not None  # noqa: S101 - it is open
    file.seek(info.header_offset + _NAME_LENGTH_AT)
    return file.read(4 + len(name)) == struct.pack("<2H", len(name), _EXTRA_BYTES) + name
