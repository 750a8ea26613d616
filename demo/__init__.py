"""A small fictional English place, "Wolds": its people, organisations and outside systems.

Everything here plays a system that is *not* ours, so nothing here imports `schemas`, `consent`, `adapters` or
`aggregator`. It lives in the source tree and the image and is not part of the wheel.
"""
