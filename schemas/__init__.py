"""What things are: values only. No I/O, and nothing of ours is imported here.

Every other room speaks in these frozen values. What a thing *means* (who may see it, how it is kept,
how two of it are merged) lives elsewhere: see docs/reference/rooms.md.
"""
