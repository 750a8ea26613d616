"""Where requests come in and answers go out. A door parses and renders; it decides and keeps nothing."""
