"""Happenings everybody knows: the parties of "the January 3 raid" or "Maduro's capture", from the watch's own list."""

from datetime import date

from processors.events.drafts import Draft
from processors.events.salience import Party
from processors.events.watchdata import Known, Watch

DOMESTIC = frozenset({"COERCE", "RETREAT", "PROTEST", "CONCEDE"})


def complete_known(drafts: list[Draft], watch: Watch, published: date | None) -> None:
    """Fills the missing parties of drafts that mean a known happening; such drafts are then told in full."""
    if published is None:
        return
    day = published.isoformat()
    for known in watch.focus.known:
        if known.date <= day <= known.until:
            for draft in drafts:
                if _means(draft, known):
                    _fill(draft, known, watch)


def complete_domestic(drafts: list[Draft], watch: Watch) -> None:
    """Arrests, releases and sentences of a core country's people without a doer are that country's own."""
    for draft in drafts:
        source, target = draft.countries
        if draft.rule.type in DOMESTIC and not source and target in watch.focus.core:
            draft.source = Party(watch.countries[target].name, target, explicit=False, kind="inferred")
        elif draft.rule.type in DOMESTIC and source in watch.focus.core and not target:
            draft.target = Party(watch.countries[source].name, source, explicit=False, kind="inferred")


def _means(draft: Draft, known: Known) -> bool:
    if draft.rule.type != known.type or (known.mode and draft.rule.mode != known.mode) or draft.status != "happened":
        return False
    source, target = draft.countries
    if draft.explicit == 2 or (source and source != known.source and draft.source and draft.source.explicit):
        return False
    if known.actors:
        return draft.target is not None and draft.target.id in known.actors
    if draft.date is not None:
        return draft.date.start <= known.date <= draft.date.end
    return draft.rule.noun and target == known.target and not source


def _fill(draft: Draft, known: Known, watch: Watch) -> None:
    draft.bare = False
    draft.source = _party(known.source, watch) if not draft.countries[0] or not draft.explicit else draft.source
    if draft.source is not None and draft.source.country != known.source:
        draft.source = _party(known.source, watch)
    if draft.countries[1] != known.target:
        draft.target = _party(known.target, watch)


def _party(code: str, watch: Watch) -> Party:
    return Party(watch.countries[code].name, code, explicit=True, kind="known")
