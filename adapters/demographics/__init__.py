"""The demographics service: who carries which number, in the shape of the national FHIR one."""
