"""The only door to fhir.resources: building the FHIR that we author ourselves.

What lives here: ``author``, for passports, plans, consents, audit answers and the like. What does not: what
others send, which never passes through a model (1.5 ms to read and 3.4 ms to write one Observation, and
1.10 would come out as 1.1): that is ``schemas.checks``.

fhir.resources has no R4 package, so the R4B models stand in for the types that did not change, and every
authored resource passes our own R4 check as well. Why: docs/adr/0002-fhir-resources-r4b-behind-one-door.md.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from schemas.checks import check, resource_types
from schemas.errors import BadInput

CHANGED = frozenset(("ActivityDefinition", "Evidence", "EvidenceVariable", "PlanDefinition"))
"""R4 types whose R4B model has other elements; 18 more R4 types have no model. None of them is authored."""


def author(type_name: str, data: dict[str, Any]) -> dict[str, Any]:
    """A valid R4 resource of ``type_name`` from its elements, ready for ``strictjson.dumps``.

    ``data`` is plain JSON as ``strictjson.loads`` gives it (dates as text, fractions as Decimal) and is not
    changed; the answer shares nothing with it. Elements come in the order of the definition, values as they
    were given: the model is asked whether they fit, and what it would write is not used, because it drops
    trailing zeros of decimals and of seconds.

    Raises ``BadInput`` naming the first element that is refused, by the R4B model or by our own R4 check.
    """
    model = _model(type_name)
    resource: dict[str, Any] = {"resourceType": type_name, **data}
    if resource["resourceType"] != type_name:
        raise BadInput(f"{type_name}.resourceType", f"is not {type_name}")
    for problem in check(resource):
        raise BadInput(problem.expression, problem.reason)
    built = _build(model, type_name, resource)
    order = {name: place for place, name in enumerate(built.elements_sequence())}
    # ``_status`` goes beside ``status``; what the model does not list (there is nothing) would go last.
    names = sorted(resource, key=lambda name: (order.get(name.removeprefix("_"), len(order)), name[0] == "_"))
    return {"resourceType": type_name} | {
        name: _copy(resource[name]) for name in names if name != "resourceType"
    }


def _build(model: Any, type_name: str, resource: dict[str, Any]) -> Any:
    try:
        return model.model_validate(resource)
    except ValueError as refusal:
        # pydantic's ValidationError is a ValueError; its messages may quote the input, its kinds do not.
        errors: Callable[..., list[dict[str, Any]]] = getattr(refusal, "errors", lambda **_: [])
        for error in errors(include_input=False, include_url=False, include_context=False):
            where = "".join(f"[{s}]" if isinstance(s, int) else f".{s}" for s in error["loc"])
            raise BadInput(type_name + where, f"the R4B model refuses it ({error['type']})") from None
        raise BadInput(type_name, "the R4B model refuses it") from None


@cache
def _model(type_name: str) -> Any:
    # Imported on first use: 0.3 s that a command which authors nothing should not pay.
    from fhir.resources.R4B import get_fhir_model_class

    if type_name in CHANGED or type_name not in resource_types():
        raise BadInput(type_name, "is not a type that is authored here")
    try:
        return get_fhir_model_class(type_name)
    except ValueError:
        raise BadInput(type_name, "is not a type that is authored here") from None


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copy(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_copy(inner) for inner in value]
    return value
