"""The one door in: whatever arrives is kept sealed, translated, matched, checked, labelled and appended here.

In the order of one input: ``schedule``, ``jobs``, ``feed`` (timed pulls), ``refresh`` (a record is opened), ``hl7`` and
``batch`` (a stream), all by ``asking`` where a source is asked; ``ingest``, ``echoes``, ``labelling``, ``keeping``,
``seals``, ``windows``, ``receipt``; what is not kept: ``pile``, ``excerpt``, ``review``, ``retention``.
"""
