"""What care teams do with the record: see it, plan, pass it on. Everything shown starts in ``record``."""
