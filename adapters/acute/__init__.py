"""The hospital: HL7 v2.4 as England sends it (ITK messages), translated into FHIR statements.

What lives here: meaning. Octets, delimiters and escapes are ``adapters.wire.hl7v2``'s; the socket is a door's.
"""
