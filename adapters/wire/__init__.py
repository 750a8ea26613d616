"""Formats that more than one source may speak: reading and writing them, without what they mean."""
