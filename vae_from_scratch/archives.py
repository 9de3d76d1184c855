"""Files of the larger data sets: looked for on this computer, else fetched, and accepted only by what they hold.

A file is known by the SHA-256 of its content, unpacked, since distributors compress it anew. It is looked for in the
folder $VAE_DATA, in the cache, and where a distribution installs it; then each mirror is asked in turn. What is
fetched stays in memory until it has been found to be right, and enters the cache in one instant, so that no other
process and no later run ever meets half a file. Where nothing helps, one error tells of every place and every reason.
"""

import gzip
import hashlib
import os
import tempfile
import time
import warnings
import zlib
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

SECONDS = 30  # without a byte from a mirror, after which the next is asked
STALE = 3600  # seconds after which a partial file in the cache belongs to a process that was ended
PARTIAL = ".partial"
TOLD = 160  # characters of each reason


def same(packed):
    return packed


class Archive(NamedTuple):
    """A file and what it must hold: its collection, which is also the name of its folder in the cache; its name, as
    mirrors call it; the SHA-256 and the size of its content, in bytes.

    limit: bytes that it may have, unzipped; folders and mirrors to look in; unpack: from its bytes, unzipped, to its
    content; also: {name: unpack} of other files that hold the same, which only this computer may have.
    """

    collection: str
    name: str
    sha256: str
    size: int
    limit: int
    folders: tuple[str, ...] = ()
    mirrors: tuple[str, ...] = ()
    unpack: Callable = same
    also: Mapping[str, Callable] = MappingProxyType({})


class Unavailable(OSError):
    """A file that is neither on this computer nor to be had; the message says what was tried, and what to do."""


def content(archive):
    """The bytes that an archive holds. Raises Unavailable."""
    reasons = []
    for path, unpack in places(archive):
        found = attempt(lambda p=path, u=unpack: checked(archive, read(p, archive.limit), u), path, reasons)
        if found is not None:
            return found
    for mirror in archive.mirrors:
        address = mirror + archive.name
        packed = attempt(lambda a=address: fetched(archive, a), address, reasons)
        if packed is not None:
            keep(archive, packed)
            return checked(archive, packed, archive.unpack)
    raise Unavailable(message(archive, reasons))


def attempt(get, place, reasons):
    """What `get` returns; or None, with the reason noted."""
    try:
        return get()
    except FileNotFoundError:
        reasons.append(f"{place}: not there")
    except (OSError, EOFError, ValueError, zlib.error) as error:
        reasons.append(f"{place}: {type(error).__name__}: {str(error)[:TOLD]}")
    return None


def message(archive, reasons):
    """What was tried and why it failed, and the two ways to go on."""
    tried = "\n".join(f"  {reason}" for reason in reasons)
    return (
        f"{archive.name} is not to be had:\n{tried}\n"
        f"Put {' or '.join([archive.name, *archive.also])} into\n"
        f"  {cache() / archive.collection}\n"
        "or into a folder that the environment variable VAE_DATA names.\n"
        f"What it holds, unpacked, has SHA-256 {archive.sha256}.\n"
        'To go on without it: data.load("digits") needs no download.'
    )


# ------------------------------------------------------------ on this computer


def cache():
    """The folder in which fetched files are kept."""
    import pooch

    return Path(pooch.os_cache("vae_from_scratch"))


def places(archive):
    """[(path, unpack)] of where the file may lie, packed or not: the user's folder, the cache, then the system's."""
    named = os.environ.get("VAE_DATA")
    own = [named, Path(named) / archive.collection] if named else []
    folders = [*own, cache() / archive.collection, *archive.folders]
    bare = archive.name.removesuffix(".gz")
    forms = {bare: archive.unpack, f"{bare}.gz": archive.unpack, **archive.also}
    return [(Path(folder) / name, unpack) for folder in folders for name, unpack in forms.items()]


def read(path, limit):
    """The bytes of a file on this computer. Raises ValueError if it is larger than it can be."""
    if path.stat().st_size > limit:
        raise ValueError(f"{path.stat().st_size:,} bytes, more than it can have")
    return path.read_bytes()


def keep(archive, packed):
    """Write a fetched file into the cache, whole or not at all; where that cannot be, a warning says so."""
    folder = cache() / archive.collection
    try:
        folder.mkdir(parents=True, exist_ok=True)
        remove_stale(folder)
        handle, partial = tempfile.mkstemp(dir=folder, prefix=archive.name, suffix=PARTIAL)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(packed)
                file.flush()
                os.fsync(file.fileno())
            os.replace(partial, folder / archive.name)
        finally:
            Path(partial).unlink(missing_ok=True)
    except OSError as error:
        warnings.warn(f"{archive.name} was fetched, but cannot be kept in {folder}: {error}", stacklevel=2)


def remove_stale(folder):
    """Remove partial files that no living process can still be writing."""
    for path in folder.glob(f"*{PARTIAL}"):
        if time.time() - path.stat().st_mtime > STALE:
            path.unlink(missing_ok=True)


# ------------------------------------------------------------------- contents


def checked(archive, packed, unpack):
    """The content of a file's bytes, zipped or not. Raises ValueError if it is another."""
    unzipped = gunzip(packed, archive.limit) if packed[:2] == b"\x1f\x8b" else packed
    if unzipped.lstrip()[:1] == b"<":
        raise ValueError("a web page, not data")
    found = unpack(unzipped)
    if len(found) != archive.size:
        raise ValueError(f"it holds {len(found):,} bytes where {archive.size:,} belong")
    if hashlib.sha256(found).hexdigest() != archive.sha256:
        raise ValueError("it holds something else: the SHA-256 differs")
    return found


def gunzip(packed, limit):
    """The content of a gzip file. Raises ValueError, before it is unpacked further, if it passes the limit."""
    with gzip.GzipFile(fileobj=BytesIO(packed)) as file:
        unzipped = file.read(limit + 1)
    if len(unzipped) > limit:
        raise ValueError(f"it unzips to more than {limit:,} bytes")
    return unzipped


class Limited(BytesIO):
    """Memory to write to, up to a limit. Raises ValueError beyond it."""

    def __init__(self, limit):
        super().__init__()
        self.limit = limit

    def write(self, chunk):
        if self.tell() + len(chunk) > self.limit:
            raise ValueError(f"more than {self.limit:,} bytes are coming")
        return super().write(chunk)


def fetched(archive, address):
    """The bytes that a mirror sends, if they are the file's. Raises ValueError, or what the connection raises."""
    import pooch

    memory = Limited(archive.limit)
    pooch.HTTPDownloader(timeout=SECONDS)(address, memory, None)
    checked(archive, memory.getvalue(), archive.unpack)
    return memory.getvalue()
