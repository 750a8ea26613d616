"""FHIR as a source: resources that a system pushes, another R4 server that is asked, a GP's structured record (STU3).

Pushed: ``supplier``, ``push``, ``people``, ``relations``.
Asked, ``by_number``: ``neighbour`` and ``gp_structured``.
"""
