"""Wolds Homes: the landlord's system, without an NHS number anywhere, and with key safe codes in its messages."""
