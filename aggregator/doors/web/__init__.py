"""The viewer: server-rendered pages for people. It reads through ``care`` and never goes round it."""
