"""Wolds Mental Health: a record system with a REST interface, and the monthly return as a zip of MHSDS tables."""
