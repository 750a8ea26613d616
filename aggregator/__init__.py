"""Keeps, merges, serves: the application on top of the three rooms of rules and values.

``app`` is the only place that wires things together; the order of the rooms is in pyproject.toml.
"""
