"""The demo place's own OpenID Connect issuer: a real one, for fictional people, on loopback only.

Discovery, key set, authorization code with PKCE (S256), client credentials with a signed assertion for
systems, and a local token endpoint for the command line that wants a secret from a file. Tokens say who,
for whom they work, in which role, with which activities, how surely signed in, and for what purpose; what
that allows is decided elsewhere.

Start: `python -m demo.signin --home H --port P [--redirect URI ...] [--audience carerecord]`.
"""
