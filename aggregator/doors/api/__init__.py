"""The FHIR R4 door: one small module for each interaction, one table of routes."""
