"""House tests: what must hold for the project as a whole, not for one room of it."""
