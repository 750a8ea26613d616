"""The systems of Market Street Surgery and Beech House: they push FHIR R4 to the shared record with standard OAuth2
client credentials, and their staff enter what people chose. They are clients only; nobody asks them anything.
"""
