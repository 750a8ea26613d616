"""From permitted statements to one record: replay, what is the same, which value stands, what disagrees.

Pure: values in, values out, no I/O, no clock of its own. Nothing withheld ever gets here (``consent.narrow``
ran before), so nothing here can leak by winning or losing. Who may see what is not decided here, and pages
are not rendered here; ``bundle`` only writes the `$record` pieces that the API and the cache both use.
"""
