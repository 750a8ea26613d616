"""What is kept, in PostgreSQL: one SQL dialect, and the only room with SQL in it.

The store offers ``facts(person)`` (class rows, never bodies) and ``contributions(decision)``: without the
gate there is nothing to pass. It decides nothing and merges nothing.
"""
