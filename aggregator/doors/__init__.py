"""How the outside talks to this place: FHIR REST, pages, HL7 v2 messages. Doors do not know each other."""
