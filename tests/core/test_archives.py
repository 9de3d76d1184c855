"""Files that are fetched, from a server on this computer: none that is not right is ever returned, or kept.

The content is made up; mirrors are paths of a small server that sends it well or in one of many bad ways.
"""

import gzip
import hashlib
import multiprocessing
import os
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import ClassVar

import pytest

from vae_from_scratch import archives
from vae_from_scratch.archives import Archive, Unavailable, content

CONTENT = bytes(range(256)) * 400
PACKED = gzip.compress(CONTENT, mtime=0)
LOGIN = b"<!doctype html><title>Please log in</title>"
NAME = "letters.gz"
RELEASED = Event()  # lets stalled connections go when a test is over


class Mirror(BaseHTTPRequestHandler):
    """Sends the file in the way that the first part of the path names."""

    asked: ClassVar = []

    def do_GET(self):
        _, way, _ = self.path.split("/")
        self.asked.append(way)
        body = {
            "good": PACKED,
            "unzipped": CONTENT,
            "login": LOGIN,
            "flipped": CONTENT[:-1] + bytes([CONTENT[-1] ^ 1]),
            "damaged": PACKED[:60] + b"\0\0\0\0" + PACKED[64:],
            "short": gzip.compress(CONTENT[:-1]),
            "bomb": gzip.compress(bytes(10_000_000)),
            "endless": bytes(2_000_000),
            "cut": PACKED[: len(PACKED) // 2],
            "stalled": PACKED[: len(PACKED) // 2],
        }.get(way)
        self.send_response(404 if body is None else 200)
        self.send_header("Content-Length", str(len(PACKED) if way in ("cut", "stalled") else len(body or b"")))
        self.end_headers()
        self.wfile.write(body or b"")
        if way == "stalled":
            self.wfile.flush()
            RELEASED.wait(30)

    def log_message(self, *args):
        pass


@pytest.fixture
def server():
    RELEASED.clear()
    Mirror.asked.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Mirror) as server:
        server.daemon_threads = True
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        RELEASED.set()
        server.shutdown()


@pytest.fixture(autouse=True)
def folders(tmp_path, monkeypatch):
    """An empty cache, and no folder of the user's own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(archives, "cache", lambda: tmp_path / "cache")
    monkeypatch.delenv("VAE_DATA", raising=False)
    return tmp_path


def archive(*mirrors, **kwargs):
    sha256 = hashlib.sha256(CONTENT).hexdigest()
    return Archive("alphabet", NAME, sha256, len(CONTENT), len(CONTENT) + 1000, mirrors=mirrors, **kwargs)


def kept(folders):
    """What lies in the cache: {name: bytes}."""
    return {path.name: path.read_bytes() for path in (folders / "cache").rglob("*") if path.is_file()}


@pytest.mark.parametrize("way", ["good", "unzipped"])
def test_a_good_mirror_is_asked_once_and_its_file_kept(server, folders, way):
    wanted = archive(f"{server}{way}/")
    assert content(wanted) == CONTENT and content(wanted) == CONTENT
    assert Mirror.asked == [way] and list(kept(folders)) == [NAME]


BAD = ["login", "flipped", "damaged", "short", "bomb", "endless", "cut", "missing"]
REASONS = {
    "login": "a web page", "flipped": "the SHA-256 differs", "short": "102,399 bytes where 102,400 belong",
    "bomb": "it unzips to more than", "endless": "bytes are coming", "missing": "404",
}  # fmt: skip


@pytest.mark.parametrize("way", BAD)
def test_a_bad_mirror_s_file_is_neither_returned_nor_kept_and_the_reason_is_told(server, folders, way):
    with pytest.raises(Unavailable) as caught:
        content(archive(f"{server}{way}/"))
    assert kept(folders) == {}
    for words in (f"{server}{way}/{NAME}", REASONS.get(way, "Error"), 'data.load("digits")', "VAE_DATA"):
        assert words in str(caught.value)
    assert archive().sha256 in str(caught.value)


@pytest.mark.parametrize("way", BAD)
def test_the_next_mirror_is_asked(server, folders, way):
    assert content(archive(f"{server}{way}/", f"{server}good/")) == CONTENT
    assert Mirror.asked == [way, "good"] and kept(folders) == {NAME: PACKED}


def test_a_stalled_mirror_is_left_for_the_next(server, monkeypatch):
    monkeypatch.setattr(archives, "SECONDS", 0.2)
    assert content(archive(f"{server}stalled/", f"{server}good/")) == CONTENT


def test_where_nothing_listens_every_mirror_is_named_with_its_reason(server):
    port = server.rstrip("/").rsplit(":", 1)[1]
    closed = f"http://127.0.0.1:{1 if port != '1' else 2}/"
    with pytest.raises(Unavailable) as caught:
        content(archive(closed, f"{server}missing/"))
    assert closed in str(caught.value) and "404" in str(caught.value)


def test_a_file_of_the_user_s_comes_first_zipped_or_not(server, folders, monkeypatch):
    monkeypatch.setenv("VAE_DATA", str(folders))
    for name, bytes_ in ((NAME, PACKED), ("letters", CONTENT), (NAME, gzip.compress(CONTENT, 1))):
        (folders / name).write_bytes(bytes_)
        assert content(archive(f"{server}good/")) == CONTENT
        (folders / name).unlink()
    (folders / "alphabet").mkdir()
    (folders / "alphabet" / NAME).write_bytes(PACKED)
    assert content(archive(f"{server}good/")) == CONTENT and Mirror.asked == []


@pytest.mark.parametrize("damaged", [b"", LOGIN, PACKED[:-9], CONTENT[1:], bytes(500_000)])
def test_a_damaged_file_on_this_computer_is_passed_over_with_a_reason(server, folders, monkeypatch, damaged):
    monkeypatch.setenv("VAE_DATA", str(folders))
    (folders / NAME).write_bytes(damaged)
    assert content(archive(f"{server}good/")) == CONTENT
    (folders / "cache/alphabet" / NAME).write_bytes(damaged)
    with pytest.raises(Unavailable, match=NAME) as caught:
        content(archive())
    assert str(caught.value).count("ValueError") + str(caught.value).count("EOFError") == 2


def test_another_form_of_the_file_is_read_by_its_own_rule(folders, monkeypatch):
    monkeypatch.setenv("VAE_DATA", str(folders))
    (folders / "backwards").write_bytes(CONTENT[::-1])
    assert content(archive(also={"backwards": lambda found: found[::-1]})) == CONTENT


def test_a_cache_that_cannot_be_written_is_no_failure(server, folders):
    (folders / "cache").write_text("a file where the folder belongs")
    with pytest.warns(UserWarning, match="cannot be kept"):
        assert content(archive(f"{server}good/")) == CONTENT


def test_a_failure_while_writing_leaves_nothing_behind(server, folders, monkeypatch):
    def fails(*args):
        raise OSError("no space left")

    for name in ("fsync", "replace"):
        with monkeypatch.context() as patch:
            patch.setattr(archives.os, name, fails)
            with pytest.warns(UserWarning, match="no space left"):
                assert content(archive(f"{server}good/")) == CONTENT
        assert kept(folders) == {}


def test_litter_of_a_process_that_was_ended_is_removed_and_that_of_a_living_one_is_not(server, folders):
    (folders / "cache/alphabet").mkdir(parents=True)
    old, new = (folders / "cache/alphabet" / f"{NAME}{i}{archives.PARTIAL}" for i in "12")
    for path in (old, new):
        path.write_bytes(b"half")
    os.utime(old, (time.time() - 2 * archives.STALE,) * 2)
    content(archive(f"{server}good/"))
    assert not old.exists() and new.exists()


KILLED = """
import os, sys
from pathlib import Path
from vae_from_scratch import archives
archives.cache = lambda: Path(sys.argv[2])
archives.os.replace = lambda *args: os._exit(9)
archives.content(archives.Archive("alphabet", "letters.gz", sys.argv[3], 102400, 110000, mirrors=(sys.argv[1],)))
"""


def test_a_process_killed_before_the_file_is_in_place_leaves_no_file_that_is_read(server, folders):
    wanted = archive(f"{server}good/")
    run = subprocess.run([sys.executable, "-c", KILLED, f"{server}good/", str(folders / "cache"), wanted.sha256])
    assert run.returncode == 9
    assert all(name.endswith(archives.PARTIAL) for name in kept(folders))
    assert content(wanted) == CONTENT and Mirror.asked == ["good", "good"]


def fetch_at_the_barrier(barrier, address, cache, results):
    archives.cache = lambda: cache
    barrier.wait(60)
    results.put(content(archive(address)) == CONTENT)


def test_two_processes_at_once_both_get_the_file_and_one_copy_is_kept(server, folders):
    context = multiprocessing.get_context("spawn")
    barrier, results = context.Barrier(2), context.Queue()
    arguments = (barrier, f"{server}good/", folders / "cache", results)
    processes = [context.Process(target=fetch_at_the_barrier, args=arguments) for _ in range(2)]
    for process in processes:
        process.start()
    assert [results.get(timeout=60) for _ in processes] == [True, True]
    for process in processes:
        process.join(60)
    assert kept(folders) == {NAME: PACKED}
