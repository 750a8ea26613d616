"""FHIR R4 as a source: resources that another system pushes to us."""
