"""How each source speaks. Reading is I/O, translating is pure; sources do not import each other."""
