"""Wolds General Hospital: its patient administration and results systems, which tell of every event by HL7 v2.4
over MLLP as the ITK message specifications say. It listens to nothing but its acknowledgements.
"""
