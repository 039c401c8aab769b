"""Happenings everybody knows: the parties of "the January 3 raid" or "Maduro's capture", from the watch's own list."""

from datetime import date
from itertools import pairwise

from processors.events.clause import Clause
from processors.events.drafts import Draft
from processors.events.salience import Party
from processors.events.watchdata import Known, Watch

JUDGEMENTS = frozenset({"ACCUSE", "SUPPORT"})
DEEDS = frozenset({"ASSAULT", "COERCE", "SANCTION", "MOBILIZE", "THREATEN"})
DOMESTIC = frozenset({"COERCE", "RETREAT", "PROTEST", "CONCEDE"})
ANSWERS = frozenset({"ACCUSE", "REJECT"})
HOSTILE = DEEDS | {"ACCUSE"}
UNOFFICIAL = frozenset({"OPP", "CVL", "REL", "JRN", "LAB", "BUS"})  # who may well judge his own state
RECENT = 6  # drafts before
BESIDE = 16  # characters between "condemnation" and "attack"
OUTWARD = frozenset({"ASSAULT", "MOBILIZE", "THREATEN"})  # what a partner does to people nobody names, it does abroad


def complete_known(drafts: list[Draft], watch: Watch, published: date | None) -> None:
    """Fills the missing parties of drafts that mean a known happening; such drafts are then told in full."""
    if published is None:
        return
    day = published.isoformat()
    for known in watch.focus.known:
        if known.date <= day <= known.until:
            for draft in drafts:
                if draft.rule.type == known.type and _means(draft, known):
                    _fill(draft, known, watch)
                elif draft.rule.type == "REQUEST" and _asks_for_captive(draft, known):
                    draft.target = _party(known.source, watch)


def complete_domestic(drafts: list[Draft], watch: Watch) -> None:
    """Arrests, releases and sentences of a core country's people without a doer are that country's own."""
    for draft in drafts:
        source, target = draft.countries
        if draft.rule.type in DOMESTIC and not source and target in watch.focus.core and not _stateless(draft.source):
            draft.source = Party(watch.countries[target].name, target, explicit=False, kind="inferred")
        elif draft.rule.type in DOMESTIC and source in watch.focus.core and not target and not _stateless(draft.target):
            draft.target = Party(watch.countries[source].name, source, explicit=False, kind="inferred")


def _stateless(party: Party | None) -> bool:
    """Whether a party is named that acts for no state (the UN, a union of states)."""
    return party is not None and bool(party.id)


def complete_judged(drafts: list[Draft]) -> None:
    """Who condemns or praises a deed speaks of its doer, not of whom it was done to."""
    for draft in drafts:
        if draft.rule.noun or draft.rule.type not in JUDGEMENTS or draft.source is None:
            continue
        for deed in drafts:
            doer = deed.source
            if (
                doer is None
                or deed.predicate is not draft.predicate
                or not deed.rule.noun
                or deed.rule.type not in DEEDS
            ):
                continue
            if doer.country and doer.country != draft.countries[0] and draft.countries[1] == deed.countries[1]:
                draft.target = doer


def complete_answers(clause: Clause, drafts: list[Draft], before: list[Draft]) -> None:
    """Who condemns or rejects "the move" answers who has just done something to his state.

    `before` are the drafts of the sentences before.
    """
    for draft in drafts:
        source, predicate = draft.source, draft.predicate
        if draft.rule.type not in ANSWERS or draft.rule.noun or draft.bare or source is None or predicate is None:
            continue
        if draft.countries[1] not in {"", source.country}:
            continue
        objects = clause.objects(predicate)[:1]
        if not predicate.passive and objects and not (objects[0].mentions or objects[0].role or objects[0].prep):
            own = not UNOFFICIAL.isdisjoint(source.sectors)
            draft.target = _doer(before, source.country, own=own) or draft.target


def _doer(before: list[Draft], code: str, *, own: bool) -> Party | None:
    """Who did, threatened or said something hostile to a state last: another state, or for its opposition its own."""
    for deed in reversed(before[-RECENT:]):
        source, target = deed.countries
        if deed.rule.type in HOSTILE and source and target == code and (source == code) == own:
            return deed.source
    return None


def clear_judges(drafts: list[Draft]) -> None:
    """Who issues "a condemnation of the attack on X" has not attacked: the deed is only spoken of."""
    for judging, deed in pairwise(sorted(drafts, key=lambda draft: draft.start)):
        near = judging.rule.noun and deed.rule.noun and deed.start - judging.end < BESIDE
        if near and judging.rule.type in JUDGEMENTS and deed.rule.type in DEEDS:
            if judging.countries[0] == deed.countries[0]:
                deed.bare, deed.source = True, None
            if judging.countries[1] == deed.countries[1]:
                judging.target = deed.source


def clear_selves(drafts: list[Draft], watch: Watch) -> None:
    """Nobody attacks himself: a target that is the doer again, or only who tells of it, is not known."""
    for draft in drafts:
        source, target = draft.source, draft.target
        if draft.bare or draft.rule.type not in OUTWARD or source is None or target is None:
            continue
        if source.country != target.country:
            continue
        teller = draft.asserted_by is not None and bool(target.id) and target.id == draft.asserted_by.id
        guessed = source.country in watch.focus.partners and (not target.explicit or target.id == source.id)
        if teller or guessed:
            draft.target = None


def _asks_for_captive(draft: Draft, known: Known) -> bool:
    """Whether a demand is about somebody a known captor holds ("called for Maduro's release")."""
    return draft.target is not None and draft.target.id in known.actors and draft.countries[0] != known.source


def _means(draft: Draft, known: Known) -> bool:
    if (known.mode and draft.rule.mode != known.mode) or draft.status != "happened":
        return False
    source, target = draft.countries
    if draft.explicit == 2 or (source and source != known.source and draft.source and draft.source.explicit):
        return False
    if known.actors:
        return draft.target is not None and draft.target.id in known.actors
    if draft.date is not None:
        return draft.date.start <= known.date <= draft.date.end
    return draft.rule.noun and (
        (target == known.target and not source) or (source == known.source and not target and draft.explicit == 1)
    )


def _fill(draft: Draft, known: Known, watch: Watch) -> None:
    draft.bare = False
    draft.source = _party(known.source, watch) if not draft.countries[0] or not draft.explicit else draft.source
    if draft.source is not None and draft.source.country != known.source:
        draft.source = _party(known.source, watch)
    if draft.countries[1] != known.target:
        draft.target = _party(known.target, watch)


def _party(code: str, watch: Watch) -> Party:
    return Party(watch.countries[code].name, code, explicit=True, kind="known")
