"""A demographics service in the shape of the national one (PDS FHIR API, R4), for the people of Wolds.

`GET /Patient/{number}` and `GET /Patient?...` are as the national service has them. `POST /Patient/_search`
takes the same parameters and `identifier` in a form, so that a caller need never put a number into an
address.

Start: `python -m demo.demographics --home H --port P --seed S --people N --today D`.
"""
