"""``python -m aggregator``: the same as the ``carerecord`` command."""

from aggregator.cli import main

main()
