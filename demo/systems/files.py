"""One JSON file a person, found by the system's own id, by NHS number in a body, or by "what changed
since".
"""

import base64
import bisect
import json
import zlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from demo.systems.serving import Answer, answer


@dataclass(frozen=True, slots=True)
class File:
    """A person's whole file. `number` is the NHS number as this system holds it, None for none."""

    id: str
    number: str | None
    updated: str
    content: dict[str, Any]


class Files:
    """The files of one system under `root` ("/api/v1/people"), each read at `root/<id>/<name>`."""

    def __init__(self, root: str, name: str, files: Iterable[File]) -> None:
        self.root = root
        self.name = name
        self._bodies: dict[str, bytes] = {}
        self._numbers: dict[str, list[str]] = defaultdict(list)
        order: list[str] = []
        for file in files:
            body = json.dumps(file.content, ensure_ascii=False, separators=(",", ":")).encode()
            self._bodies[file.id] = zlib.compress(body, 1)
            if file.number:
                self._numbers[file.number].append(file.id)
            order.append(f"{file.updated} {file.id}")
        self._order = sorted(order)
        self._ids = sorted(self._bodies)

    def __len__(self) -> int:
        return len(self._bodies)

    def handle(self, method: str, path: str, query: dict[str, str], body: Any, other: bool) -> Answer:
        """Answer one request; `other`: play a system that mixes people up."""
        if method == "POST" and path == f"{self.root}/search":
            return self._search(body)
        if method == "GET" and path == f"{self.root}/changes":
            return self._changes(query)
        head, _, name = path.removeprefix(f"{self.root}/").partition("/")
        if (
            method == "GET"
            and path.startswith(f"{self.root}/")
            and name == self.name
            and head in self._bodies
        ):
            return Answer(200, zlib.decompress(self._bodies[self._neighbour(head) if other else head]))
        return answer(404, {"error": "not-found"})

    def _neighbour(self, local_id: str) -> str:
        return self._ids[(bisect.bisect_left(self._ids, local_id) + 1) % len(self._ids)]

    def _search(self, body: Any) -> Answer:
        number = body.get("nhsNumber") if isinstance(body, dict) else None
        if not isinstance(number, str):
            return answer(400, {"error": "nhsNumber"})
        return answer(200, {"people": [{"id": i} for i in self._numbers.get(number, [])]})

    def _changes(self, query: dict[str, str]) -> Answer:
        try:
            after = base64.urlsafe_b64decode(query.get("after", "").encode()).decode()
            limit = min(max(int(query.get("limit", "100")), 1), 500)
        except ValueError:
            return answer(400, {"error": "after"})
        start = bisect.bisect_right(self._order, after)
        page = self._order[start : start + limit]
        changes = [
            {"id": entry.partition(" ")[2], "cursor": base64.urlsafe_b64encode(entry.encode()).decode()}
            for entry in page
        ]
        return answer(200, {"changes": changes, "more": start + limit < len(self._order)})
