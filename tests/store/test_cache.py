"""One suite over every cache: whatever is kept comes back the same, or not at all."""

from __future__ import annotations

import asyncio
import shutil
import socket
import subprocess
import tempfile
import time

import pytest

from aggregator.store.cache import ProcessCache, RedisCache


@pytest.fixture(scope="session")
def redis_url():
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("redis-server is not installed on this machine")
    with tempfile.TemporaryDirectory() as folder:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        server = subprocess.Popen(
            [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder],
            stdout=subprocess.DEVNULL,
        )
        try:
            deadline = time.monotonic() + 10
            while time.monotonic() < deadline:
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.02)
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            server.terminate()
            server.wait(10)


@pytest.fixture(params=["process", pytest.param("redis", marks=pytest.mark.redis)])
def make(request):
    if request.param == "process":
        return ProcessCache
    url = request.getfixturevalue("redis_url")
    return lambda: RedisCache(url)


@pytest.mark.anyio
async def test_what_was_put_comes_back(make):
    cache = make()
    await cache.put("a", b"\x00\xffbytes", 10)
    assert await cache.get("a") == b"\x00\xffbytes"
    assert await cache.get("b") is None
    await cache.close()


@pytest.mark.anyio
async def test_nothing_outlives_its_time(make):
    cache = make()
    await cache.put("short", b"x", 0.05)
    await asyncio.sleep(0.2)
    assert await cache.get("short") is None
    await cache.put("none", b"x", 0)
    assert await cache.get("none") is None
    await cache.close()


@pytest.mark.anyio
async def test_the_newest_value_stands(make):
    cache = make()
    await cache.put("same", b"old", 10)
    await cache.put("same", b"new", 10)
    assert await cache.get("same") == b"new"
    await cache.close()


@pytest.mark.anyio
async def test_a_process_cache_stays_within_its_bytes():
    cache = ProcessCache(limit=100)
    for n in range(50):
        await cache.put(str(n), b"x" * 40, 10)
    kept = [n for n in range(50) if await cache.get(str(n)) is not None]
    assert kept == [48, 49]


@pytest.mark.anyio
async def test_a_redis_that_is_down_is_an_empty_cache():
    cache = RedisCache("redis://127.0.0.1:1/0")
    await cache.put("a", b"x", 10)
    assert await cache.get("a") is None
    await cache.close()
