"""The council's adult social care: a case system with a REST interface, and the quarterly Client Level Data
file.
"""
