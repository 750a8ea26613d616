"""What the speed claims are measured with: `python -m benchmarks`, one JSON line for each figure.

Real PostgreSQL, real granian, the real rooms; only the systems outside the place are in process here, so that
a figure is never theirs. What each figure means is in docs/reference/benchmarks.md.
"""
