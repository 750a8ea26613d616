"""Which person: tracing, matching, linking, unlinking. Only ``identity`` looks across people."""
