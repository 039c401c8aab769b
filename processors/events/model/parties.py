"""The party model: which two states a draft joins, by weights over the features of every pair its sentence offers."""

from collections.abc import Iterator
from functools import lru_cache
from itertools import chain
from typing import TypeAlias

from processors.events.clause import Clause
from processors.events.drafts import Draft
from processors.events.model import candidates
from processors.events.model.candidates import Key, PairKey, Sentence, View, own, pair_key
from processors.events.model.weights import Model, summed
from processors.events.salience import Party

NOBODY = ("", "")
SLOTS = ("source", "target", "pair")
PAIR_FEATURES = 4  # of two states together, at most
KEPT = 4096  # sums of groups of features that are remembered for each voice and type
UNIT = 1e-6  # weights are summed in whole millionths: exactly, in whatever order
Tables: TypeAlias = "tuple[_Worth, _Both, int]"  # of a state, of two, the most two may be worth


class PartyModel:
    """Chooses source and target of drafts; one for each loaded model."""

    def __init__(self, model: Model) -> None:
        self._slots = [model.parties.get(slot, {}) for slot in SLOTS]
        self._tables = lru_cache(maxsize=None)(self._summed)

    def revise(self, clause: Clause, drafts: list[Draft]) -> None:
        """Sets the parties of a sentence's drafts where the model prefers others to those of the rules."""
        if not drafts:
            return
        sentence = Sentence(clause)
        for draft in drafts:
            source, target = self.choose(sentence, draft)
            if (source, target) != draft.countries:
                parties = draft.source, draft.target
                draft.source = _party(sentence, draft, source, *parties)
                draft.target = _party(sentence, draft, target, *reversed(parties))

    def choose(self, sentence: Sentence, draft: Draft) -> tuple[str, str]:
        """Codes of source and target; "" for nobody known, never both."""
        worth, pairs, most = self._tables(scopes(draft))
        view, countries = View(sentence, draft), draft.countries
        ratings = [
            (sentence.side(code), *_rate(worth, view, draft if code in countries else None, code))
            for code in sentence.candidates(countries)
        ]
        best, chosen = float("-inf"), countries
        for source, left, _ in ratings:
            needed = best - left - most
            for target, _, right in ratings:
                pair = source[0], target[0]
                if right > needed and pair != NOBODY:
                    rating = left + right + pairs[pair_key(draft, source, target, kept=pair == countries)]
                    if rating > best:
                        best, chosen, needed = rating, pair, rating - left - most
        return chosen

    def _summed(self, names: tuple[str, str, str]) -> Tables:
        """Weights with the scopes that hold together summed: of a state in either slot, and of two states."""
        source, target, pair = (_whole(summed(scopes, names)) for scopes in self._slots)
        most = sum(sorted((weight for weight in pair.values() if weight > 0), reverse=True)[:PAIR_FEATURES])
        return _Worth(source, target), _Both(pair), most


class _Worth(dict[Key, tuple[int, int]]):
    """What a key is worth as source and as target, summed when it is first asked for."""

    def __init__(self, source: dict[str, int], target: dict[str, int]) -> None:
        self._source, self._target = source, target

    def __missing__(self, key: Key) -> tuple[int, int]:
        if len(self) >= KEPT:
            self.clear()
        group = candidates.group(key)
        found = self[key] = (
            sum(self._source.get(one, 0) for one in group),
            sum(self._target.get(one, 0) for one in group),
        )
        return found


class _Both(dict[PairKey, int]):
    """What two states together are worth, summed when they are first asked for."""

    def __init__(self, weights: dict[str, int]) -> None:
        self._weights = weights

    def __missing__(self, key: PairKey) -> int:
        if len(self) >= KEPT:
            self.clear()
        found = self[key] = sum(self._weights.get(one, 0) for one in candidates.pair(key))
        return found


def scopes(draft: Draft) -> tuple[str, str, str]:
    """The scopes of weights that hold for a draft: all drafts, those of its voice, those of its type."""
    return ("", candidates.voice(draft), draft.rule.type)


def features(sentence: Sentence, draft: Draft, source: str, target: str) -> Iterator[tuple[str, str, str]]:
    """Every weight (slot, scope, feature) that the rating of a pair sums: what training learns from."""
    view, kept = View(sentence, draft), draft.countries == (source, target)
    ones = (
        chain.from_iterable(map(candidates.group, (*view.state(source), own(draft, source, 0)))),
        chain.from_iterable(map(candidates.group, (*view.state(target), own(draft, target, 1)))),
        candidates.pair(pair_key(draft, sentence.side(source), sentence.side(target), kept=kept)),
    )
    return (
        (slot, scope, one) for slot, found in zip(SLOTS, ones, strict=True) for one in found for scope in scopes(draft)
    )


def _whole(table: dict[str, float]) -> dict[str, int]:
    return {feature: round(weight / UNIT) for feature, weight in table.items()}


def _rate(worth: _Worth, view: View, draft: Draft | None, code: str) -> tuple[int, int]:
    """How well a state does as source and as target; `draft` where the rules made it a party of that."""
    as_source = as_target = 0
    for key in view.state(code):
        one, other = worth[key]
        as_source += one
        as_target += other
    if draft is not None:
        as_source += worth[own(draft, code, 0)][0]
        as_target += worth[own(draft, code, 1)][1]
    return as_source, as_target


def _party(sentence: Sentence, draft: Draft, code: str, mine: Party | None, theirs: Party | None) -> Party | None:
    """The party of a state: one of the rules' where it is that, else the nearest name of it, else an inferred one."""
    if mine is not None and mine.country == code:
        return mine
    if theirs is not None and theirs.country == code:
        return theirs
    spots = sentence.spots.get(code)
    salience = sentence.clause.salience
    if spots:
        items = sentence.clause.items
        nearest = items[min(spots, key=lambda spot: abs(items[spot].start - draft.start))].mention
        assert nearest is not None
        return salience.of_mention(nearest, nearest.name)
    country = salience.watch.countries.get(code)
    return Party(country.name, code, explicit=False, kind="inferred") if country is not None else None
