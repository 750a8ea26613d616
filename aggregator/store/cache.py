"""The cache port: bytes by key for a while, in this process or in Redis. Only what can be rebuilt.

A cache that does not answer is an empty one: Redis being down costs speed, never an answer. Keys are
digests; values are sealed before they get here.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from typing import Any, Protocol

from redis.asyncio import from_url
from redis.exceptions import RedisError


class Cache(Protocol):
    """``get`` gives None for absent and expired alike. ``seconds`` is how long at most."""

    async def get(self, key: str) -> bytes | None: ...
    async def put(self, key: str, value: bytes, seconds: float) -> None: ...
    async def close(self) -> None: ...


class ProcessCache:
    """Least recently used, bounded in bytes."""

    def __init__(self, limit: int = 64 * 1024 * 1024) -> None:
        self._limit = limit
        self._size = 0
        self._held: OrderedDict[str, tuple[float, bytes]] = OrderedDict()

    async def get(self, key: str) -> bytes | None:
        held = self._held.get(key)
        if held is None:
            return None
        if held[0] <= time.monotonic():
            self._drop(key)
            return None
        self._held.move_to_end(key)
        return held[1]

    async def put(self, key: str, value: bytes, seconds: float) -> None:
        if key in self._held:
            self._drop(key)
        if seconds <= 0 or len(value) > self._limit:
            return
        self._held[key] = (time.monotonic() + seconds, value)
        self._size += len(value)
        while self._size > self._limit:
            self._drop(next(iter(self._held)))

    async def close(self) -> None:
        self._held.clear()
        self._size = 0

    def _drop(self, key: str) -> None:
        self._size -= len(self._held.pop(key)[1])


class RedisCache:
    """Shared by all workers of a place. After a failure it is left alone for a moment."""

    def __init__(self, url: str, *, rest_seconds: float = 1.0) -> None:
        self._redis: Any = from_url(url, socket_timeout=0.2, socket_connect_timeout=0.2)
        self._rest = rest_seconds
        self._not_before = 0.0

    async def get(self, key: str) -> bytes | None:
        if time.monotonic() < self._not_before:
            return None
        try:
            found: bytes | None = await self._redis.get(f"carerecord:{key}")
        except (RedisError, OSError):
            self._not_before = time.monotonic() + self._rest
            return None
        return found

    async def put(self, key: str, value: bytes, seconds: float) -> None:
        if seconds <= 0 or time.monotonic() < self._not_before:
            return
        try:
            await self._redis.set(f"carerecord:{key}", value, px=max(1, int(seconds * 1000)))
        except (RedisError, OSError):
            self._not_before = time.monotonic() + self._rest

    async def close(self) -> None:
        await self._redis.aclose()
