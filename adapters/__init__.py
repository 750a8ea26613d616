"""How each source speaks. Reading is I/O, translating is pure; sources do not import each other.

A folder is a source, ``wire`` (formats without meaning) or ``kit`` (for who adds a source); a module beside them is
the contract (``source``, ``terms``, ``connection``, ``registry``) or what several sources share.
"""
