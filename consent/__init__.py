"""Who may see what, and why: pure rules over declared tables.

``agreement`` loads the policy, ``decide`` answers a question about one person, ``labels`` labels what arrives,
``narrow`` cuts what leaves, ``explain`` says it in words. Nothing here knows of databases, HTTP or the clock, and
only ``schemas`` is imported. The owners' own words are in ``tables/``.
"""
