"""A program of the place that sends and then ends: it ends too when whoever started it is gone."""

import os
import threading
import time
from typing import Final

# Asked for at once: a parent that dies while we are still starting must be missed too.
_PARENT: Final = os.getppid()


def end_with_parent() -> None:
    """Look for the parent from now on; without it, end at once and quietly."""

    def watch() -> None:
        while os.getppid() == _PARENT:
            time.sleep(0.5)
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()
