"""Leaving a file in a folder the way a transfer service does: whole or not at all."""

import os
import tempfile
from datetime import timedelta
from pathlib import Path


def drop(folder: Path, name: str, content: bytes, ago: timedelta = timedelta(0)) -> Path:
    """Write under another name and rename. A file that is there with the same content is left alone.

    `ago`: how much earlier than now it was sent, for one of several sendings.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    if path.exists() and path.read_bytes() == content:
        return path
    descriptor, part = tempfile.mkstemp(dir=folder, prefix=".", suffix=".part")
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    if ago:
        sent = os.stat(part).st_mtime - ago.total_seconds()
        os.utime(part, (sent, sent))
    os.replace(part, path)
    return path
