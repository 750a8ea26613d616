"""Adult social care of a council: its live case system, and the Client Level Data return."""
