"""Merging: one event per happening of an article, however often it is told."""

from processors.events.drafts import Draft
from processors.events.salience import Party

SPOKEN = frozenset({"REQUEST", "ACCUSE", "REJECT"})  # two speakers make two of them
PERSONAL = frozenset({"COERCE", "ASSAULT", "RETREAT", "SANCTION"})  # done to one person at a time
STRENGTH = {"happened": 3, "announced": 2, "cancelled": 4, "denied": 1, "threatened": 2, "hypothetical": 0}


def merge(drafts: list[Draft]) -> list[Draft]:
    """Happenings in the order they are first told; bare mentions only strengthen others."""
    kept: dict[str, list[Draft]] = {}
    for draft in sorted(drafts, key=lambda draft: draft.bare):
        alike = kept.setdefault(draft.rule.type, [])
        match = next((other for other in alike if same(other, draft)), None)
        if match is not None:
            _absorb(match, draft)
        elif not draft.bare:
            draft.frames.append(draft.rule.frame or "")
            alike.append(draft)
    return sorted((draft for alike in kept.values() for draft in alike), key=lambda draft: draft.start)


def same(left: Draft, right: Draft) -> bool:
    """Whether two drafts may tell the same happening: type, parties, status, dates and numbers do not contradict."""
    if left.rule.type != right.rule.type or not _modes(left, right):
        return False
    if not _statuses(left.status, right.status):
        return False
    if not _dates(left, right) or not _numbers(left, right):
        return False
    return _parties(left, right)


def _modes(left: Draft, right: Draft) -> bool:
    if left.rule.mode == right.rule.mode:
        return True
    return left.rule.type != "CONSULT" and (not left.rule.mode or not right.rule.mode)


def _statuses(left: str, right: str) -> bool:
    if left == right:
        return True
    return {left, right} == {"happened", "announced"} or "hypothetical" in {left, right}


def _mirrored(left: Draft, right: Draft) -> bool:
    """Whether two reciprocal drafts name the same two states in turn."""
    return "both" in {left.rule.pattern, right.rule.pattern} and left.countries == right.countries[::-1]


def _parties(left: Draft, right: Draft) -> bool:
    if _mirrored(left, right):
        return True
    for one, other in ((left.source, right.source), (left.target, right.target)):
        if one is None or other is None or not one.country or not other.country:
            continue
        if one.country != other.country and one.explicit and other.explicit:
            return False
        if one.country != other.country and not (right.bare or left.bare) and left.explicit + right.explicit > 2:
            return False
    if not _same_people(left.target, right.target, left, right):
        return False
    if left.rule.type in SPOKEN and _named(left.source) and _named(right.source) and left.source != right.source:
        return _id(left.source) == _id(right.source)
    return left.countries != ("", "") or right.countries != ("", "")


def _same_people(one: Party | None, other: Party | None, left: Draft, right: Draft) -> bool:
    """Whether two targets may be the same people: two named persons must agree, and a named one is no counted group."""
    counted = any(
        draft.quantities and (party is None or party.kind != "person") for party, draft in ((one, left), (other, right))
    )
    if (
        counted
        and left.rule.type in PERSONAL
        and "person" in {party.kind for party in (one, other) if party is not None}
    ):
        return False
    if one is None or other is None:
        return True
    if one.kind == other.kind == "person":
        return one.id == other.id or left.rule.type not in PERSONAL
    return not (counted and "person" in {one.kind, other.kind})


def _named(party: Party | None) -> bool:
    return party is not None and bool(party.id) and party.kind not in {"government", "agency", "media"}


def _id(party: Party | None) -> str:
    return party.id if party is not None else ""


def _dates(left: Draft, right: Draft) -> bool:
    if left.date is None or right.date is None:
        return True
    return left.date.start <= right.date.end and right.date.start <= left.date.end


def _numbers(left: Draft, right: Draft) -> bool:
    if not left.quantities or not right.quantities or left.sentence == right.sentence:
        return True
    return bool({q.value for q in left.quantities} & {q.value for q in right.quantities})


def _absorb(kept: Draft, other: Draft) -> None:
    kept.mentions += 1
    if other.rule.frame and other.rule.frame not in kept.frames:
        kept.frames.append(other.rule.frame)
    if kept.date is None or (
        other.date is not None and kept.date.granularity != "day" and other.date.granularity == "day"
    ):
        kept.date = other.date or kept.date
    kept.place = kept.place or other.place
    for name in ("source", "target"):
        mine, theirs = getattr(kept, name), getattr(other, name)
        if (
            theirs is not None
            and theirs.country
            and (mine is None or not mine.country or (theirs.explicit and not mine.explicit))
        ):
            setattr(kept, name, theirs)
    if STRENGTH[other.status] > STRENGTH[kept.status] and not other.bare:
        kept.status = other.status
    values = {quantity.value for quantity in kept.quantities}
    kept.quantities += tuple(quantity for quantity in other.quantities if quantity.value not in values)
    kept.asserted_by = kept.asserted_by or other.asserted_by
    kept.background = kept.background and other.background
