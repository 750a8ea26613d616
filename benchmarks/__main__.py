"""`python -m benchmarks`: measure, and print one JSON line for each figure. Exit 1 when a run fails."""

from __future__ import annotations

import argparse
import json
import sys

from benchmarks.figures import RUNS


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--list", action="store_true", help="name every figure, its goal and what it says")
    parser.add_argument("--quick", action="store_true", help="small sizes: does it work, not how fast is it")
    parser.add_argument("--only", nargs="+", choices=RUNS, default=list(RUNS), help="these runs only")
    asked = parser.parse_args()
    if asked.list:
        for run, figures in RUNS.items():
            for f in figures:
                print(json.dumps({"figure": f.name, "run": run, "says": f.says, "unit": f.unit}))
        return
    sys.exit(_measure(asked.only, quick=asked.quick))


def _measure(names: list[str], *, quick: bool) -> int:
    from benchmarks import returns, starts, views, writes
    from benchmarks.place import bench

    runs = {
        "views": views.views,
        "crowd": views.crowd,
        "pushes": writes.pushes,
        "messages": writes.messages,
        "returns": returns.returns,
        "starts": starts.starts,
    }
    failed = 0
    with bench(quick=quick) as shared:
        for name in names:
            try:
                for line in runs[name](shared):
                    print(json.dumps(line), flush=True)
            except (Exception, SystemExit) as broken:
                failed += 1
                print(json.dumps({"run": name, "failed": f"{type(broken).__name__}: {broken}"}), flush=True)
                if not isinstance(broken, SystemExit):
                    import traceback

                    traceback.print_exc()
    return 1 if failed else 0


if __name__ == "__main__":
    main()
