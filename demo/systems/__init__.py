"""Wolds' outside systems: each a real server on loopback that speaks its own format and knows nothing of
ours.
"""
