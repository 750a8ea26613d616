"""Many rows as one parameter: JSON text for ``json_to_recordset``.

One statement takes a whole batch whatever its size, and the driver has one short string to escape, not an
array for each column. Bytes go as base64, moments as ISO 8601 with their offset.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec


def rows(names: Sequence[str], many: Iterable[Sequence[object]]) -> str:
    """The rows as a JSON array of objects with these names."""
    return msgspec.json.encode([dict(zip(names, row, strict=True)) for row in many]).decode()
