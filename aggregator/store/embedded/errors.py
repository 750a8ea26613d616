"""What is said when the embedded database cannot run. Nothing else lives here.

EmbeddedError (RuntimeError)
└── AlreadyRunning   another process owns the place
"""


class EmbeddedError(RuntimeError):
    """The embedded PostgreSQL cannot be run here; the text says why and what to do about it."""


class AlreadyRunning(EmbeddedError):
    """Another living process owns the same home folder."""
