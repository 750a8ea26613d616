"""What stands after several versions of one statement, replayed in true-time order: arrival order never matters.

Not here: in which order versions of one moment come, and what another source says of it (``aggregator.merge``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from schemas.contribution import Resource

_BUILT_UP: Final = frozenset({"period", "hospitalization"})
"""Elements that sources tell piece by piece (an end without its start), so that a part changes only itself."""


def fold(versions: Iterable[tuple[Mapping[str, Any], bool, tuple[str, ...]]]) -> Resource:
    """Replay (resource, partial, clears) in the order given, oldest true time first, into one resource.

    A partial version first clears what it names, then sets what it carries. Elements are set whole, except
    those that are told piece by piece, extensions, which are told apart by their URL, and the places of a
    visit, of which a new one ends the one before.
    """
    state: Resource = {}
    for resource, partial, clears in _standing(versions):
        if not partial:
            state = dict(resource)
            continue
        for path in clears:
            state = _cleared(state, path)
        for name, said in resource.items():
            state[name] = _built_up(name, state.get(name), said)
    return state


def _standing(
    versions: Iterable[tuple[Mapping[str, Any], bool, tuple[str, ...]]],
) -> list[tuple[Mapping[str, Any], bool, tuple[str, ...]]]:
    """The versions that no later one took back by their mark."""
    standing: list[tuple[Mapping[str, Any], bool, tuple[str, ...]]] = []
    for version in versions:
        for path in version[2]:
            kind, _, mark = path.partition(":")
            if kind not in ("undo", "undo-all"):
                continue
            marked = [n for n, (_, _, clears) in enumerate(standing) if f"mark:{mark}" in clears]
            back = set(marked if kind == "undo-all" else marked[-1:])
            standing = [kept for n, kept in enumerate(standing) if n not in back]
        standing.append(version)
    return standing


def _cleared(state: Resource, path: str) -> Resource:
    name, _, part = path.partition(".")
    if part and isinstance(held := state.get(name), Mapping):
        kept = {k: v for k, v in held.items() if k != part}
        return {**state, name: kept} if kept else {k: v for k, v in state.items() if k != name}
    if path.startswith("extension:"):
        others = [e for e in state.get("extension", ()) if e.get("url") != path.partition(":")[2]]
        rest = {k: v for k, v in state.items() if k != "extension"}
        return {**rest, "extension": others} if others else rest
    return {k: v for k, v in state.items() if k != path}


def _built_up(name: str, held: Any, said: Any) -> Any:
    if name in _BUILT_UP and isinstance(held, Mapping) and isinstance(said, Mapping):
        return {**held, **{k: _built_up(k, held.get(k), v) for k, v in said.items()}}
    if isinstance(held, list) and isinstance(said, list):
        if name == "extension":
            told = {extension.get("url") for extension in said}
            return [*(extension for extension in held if extension.get("url") not in told), *said]
        if name == "location":
            return _moved(held, said)
    return said


def _moved(held: list[Any], said: list[Any]) -> list[Any]:
    """The places of a visit, oldest first: a place told again adds to its entry, a new one ends the others."""
    places = [place for place in held if place.get("status") != "planned"]
    for told in said:
        again = [n for n, p in enumerate(places) if p["location"] == told["location"] and _open(p)]
        if again:
            place = places[again[-1]]
            period = {**place.get("period", {}), **told.get("period", {})}
            places[again[-1]] = {**place, **told, **({"period": period} if period else {})}
        else:
            places.append(told)
    now = said[-1] if said else {}
    since = now.get("period", {}).get("start")
    for n, place in enumerate(places):
        if _open(place) and _open(now) and place["location"] != now["location"]:
            end = {"period": {**place.get("period", {}), "end": since}} if since else {}
            places[n] = {**place, "status": "completed", **end}
    return places


def _open(place: Mapping[str, Any]) -> bool:
    return place.get("status") != "completed"
