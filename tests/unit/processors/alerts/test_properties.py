"""What holds whatever comes: matching equals a naive reading; no replay or restart fires twice or misses."""

import itertools
import random
import re
import tempfile
import unicodedata
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from newswatch.records.alert import AlertState
from newswatch.wire import decode, encode
from processors.alerts.deciding import decide, read, state_key
from processors.alerts.matching.automaton import Automaton
from processors.alerts.matching.segments import haystack, word_spans
from processors.alerts.matching.terms import Term, read_term
from tests.unit.processors.alerts.samples import NOON, rule_set, tracked

WORDS = [
    "cuba",
    "Cubá",
    "cubana",
    "oil",
    "OIL",
    "boil",
    "preso",
    "político",
    "politico",
    "U.S.",
    "EE.UU.",
    "díaz-canel",
    "a",
    "é",
]
GLUE = [" ", "  ", "\n", ", ", "-", " — ", "’s ", "\u00ad", "\u0301", "\u200b", "…", " “", "” ", "ß", "ñ"]
PAIRS = 100_000


def naive_words(text: str) -> list[str]:
    """The words of a text the plainest way: decompose, drop marks, split at what is neither letter nor digit."""
    plain = "".join(c for c in text if unicodedata.category(c) not in {"Mn", "Me", "Cf"})
    base = "".join(
        unicodedata.normalize("NFD", c)[0] if unicodedata.normalize("NFD", c)[0].isascii() else c for c in plain
    )
    return re.findall(r"[^\W_]+", base.lower())


def naive_has(words: list[str], term: list[str], prefix: bool) -> bool:
    size = len(term)
    for start in range(len(words) - size + 1):
        got = words[start : start + size]
        if got[:-1] == term[:-1] and (got[-1].startswith(term[-1]) if prefix else got[-1] == term[-1]):
            return True
    return False


def test_matching_equals_a_naive_reading_on_many_pairs() -> None:
    chance = random.Random(20260109)
    written = sorted(
        {" ".join(chance.choices(WORDS, k=chance.randint(1, 3))) + chance.choice(["", "", "*"]) for _ in range(250)}
    )
    terms: list[Term] = []
    for text in written:
        try:
            terms.append(read_term(text))
        except ValueError:
            continue
    automaton = Automaton(terms)
    wanted = [(naive_words(term.written.rstrip("*")), term.written.endswith("*")) for term in terms]
    compared = hits = 0
    while compared < PAIRS:
        text = "".join(chance.choice(WORDS) + chance.choice(GLUE) for _ in range(chance.randint(0, 12)))
        reading, words = automaton.read({"text": text}), naive_words(text)
        for number, (term, prefix) in enumerate(wanted):
            expected = naive_has(words, term, prefix)
            assert reading.present(number) is expected, (terms[number].written, text)
            hits += expected
        compared += len(terms)
    assert hits > PAIRS // 50


TERMS = ["cuba", "oil", "boil", "preso", "político", "díaz-canel", "cub*", "oil preso", "pol*", "u.s."]


def some(chance: random.Random, most: int) -> list[str]:
    """One to `most` terms."""
    return chance.sample(TERMS, chance.randint(1, most))


def random_match(chance: random.Random) -> dict[str, Any]:
    """What a rule asks for: lists, a stretch of words or a boolean query, one or several of them."""
    match: dict[str, Any] = {chance.choice(["any", "all"]): some(chance, 3)}
    if chance.random() < 0.3:
        match["none"] = some(chance, 2)
    if chance.random() < 0.3:
        match["near"] = [{"terms": chance.sample(["oil", "preso", "a", "cuba"], 2), "within": chance.randint(1, 3)}]
    if chance.random() < 0.4:
        one, two, three = chance.sample(["oil", "preso", "cuba", "cub*", "boil"], 3)
        match["query"] = f"({one} {chance.choice(['AND', 'OR'])} {two}) AND NOT {three}"
    return match


def naive_met(match: dict[str, Any], title: list[str], text: list[str]) -> bool:
    """Whether an article is what a rule asks for, read word by word."""

    def has(term: str) -> bool:
        plain = naive_words(term.rstrip("*"))
        return any(naive_has(words, plain, term.endswith("*")) for words in (title, text))

    parts = [any(map(has, match["any"])) if "any" in match else all(map(has, match["all"]))]
    parts.append(not any(map(has, match.get("none", ()))))
    for near in match.get("near", ()):
        first, second = near["terms"]
        places = [(i, j) for words in (title, text) for i, a in enumerate(words) for j, b in enumerate(words)
                  if (a, b) == (first, second) and i != j]  # fmt: skip
        parts.append(any(abs(i - j) <= near["within"] for i, j in places))
    if query := match.get("query"):
        one, how, two, _, _, three = query.replace("(", "").replace(")", "").split()
        both = has(one) and has(two) if how == "AND" else has(one) or has(two)
        parts.append(both and not has(three))
    return all(parts)


def test_rules_match_as_a_naive_reading_does_on_many_pairs(tmp_path: Path) -> None:
    chance = random.Random(7)
    matches = [random_match(chance) for _ in range(400)]
    rules = rule_set(tmp_path, *({"id": f"r{number}", "match": match} for number, match in enumerate(matches)))
    compared = hits = 0
    while compared < PAIRS:
        title, text = (
            "".join(chance.choice(WORDS) + chance.choice(GLUE) for _ in range(chance.randint(0, most)))
            for most in (4, 12)
        )
        article = tracked(text, title=title)
        reading = read(rules, article)
        met = {rule.id for rule in rules.candidates(reading.found) if rule.condition.met(reading, article)}
        words = naive_words(title), naive_words(text)
        wanted = {f"r{number}" for number, match in enumerate(matches) if naive_met(match, *words)}
        assert met == wanted, (title, text)
        compared += len(matches)
        hits += len(met)
    assert PAIRS // 50 < hits < PAIRS // 2


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
def test_every_word_of_a_haystack_has_its_place_in_the_text(text: str) -> None:
    words = haystack(text).decode().split()
    spans = word_spans(text)
    assert len(words) == len(spans)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert haystack(" ".join(words)) == haystack(text)


RULES: list[dict[str, Any]] = [
    {"id": "any", "match": {"any": "embargo"}},
    {"id": "again", "realert": "1h", "match": {"any": "embargo"}},
    {
        "id": "burst",
        "type": "frequency",
        "num_events": 3,
        "timeframe": "1h",
        "realert": "1h",
        "match": {"any": "embargo"},
    },
    {"id": "told", "type": "corroborated", "num_sources": 2, "timeframe": "2h", "match": {"any": "embargo"}},
]
with tempfile.TemporaryDirectory() as _folder:
    COMPILED = rule_set(Path(_folder), *RULES)

ARTICLES = st.lists(
    st.tuples(st.sampled_from(["s1", "s2"]), st.integers(0, 300), st.sampled_from("ABC")),
    min_size=1,
    max_size=12,
    unique=True,
)
MISHAPS = st.lists(st.sampled_from(["fine", "crash-before-state", "replay"]), min_size=12, max_size=12)


@settings(max_examples=200, deadline=None)
@given(ARTICLES, MISHAPS)
def test_no_crash_or_replay_makes_a_rule_fire_twice_or_miss(
    articles: list[tuple[str, int, str]], mishaps: list[str]
) -> None:
    calm = run(articles, ["fine"] * len(articles))
    rough = run(articles, mishaps)
    assert set(rough) == set(calm)
    stories = {story for story, _, _ in articles}
    once = [key for key in rough.values() if key[0] == "any"]
    assert sorted(once) == sorted(("any", story) for story in stories)


@settings(max_examples=200, deadline=None)
@given(ARTICLES)
def test_no_rule_fires_twice_inside_its_cooldown(articles: list[tuple[str, int, str]]) -> None:
    moments: dict[tuple[str, str], list[int]] = {}
    states: dict[str, AlertState] = {}
    for offset, (story, minutes, source) in enumerate(articles):
        article = tracked("The embargo.", story=story, minutes=minutes, source=source)
        outcome = decide(COMPILED, states, article, offset=offset, generation=1, now=NOON)
        states |= {state_key(state): state for state in outcome.states}
        for alert in outcome.alerts:
            if alert.rule_id in {"again", "burst"}:
                story_key = story if alert.rule_id == "again" else ""
                moments.setdefault((alert.rule_id, story_key), []).append(minutes)
    for times in moments.values():
        assert all(abs(later - earlier) >= 60 for earlier, later in itertools.pairwise(times))


def run(articles: list[tuple[str, int, str]], mishaps: list[str]) -> dict[str, tuple[str, str]]:
    """Alerts by id: (rule, story). A crash loses the state written for one article, which is then read again; a replay
    brings an article a second time, at a new offset."""
    states: dict[str, AlertState] = {}
    fired: dict[str, tuple[str, str]] = {}
    for offset, ((story, minutes, source), mishap) in enumerate(zip(articles, mishaps, strict=False)):
        article = tracked("The embargo.", story=story, minutes=minutes, source=source)
        outcome = decide(COMPILED, states, article, offset=offset, generation=1, now=NOON)
        if mishap == "crash-before-state":
            outcome = decide(COMPILED, states, article, offset=offset, generation=2, now=NOON)
        fired |= {alert.alert_id: (alert.rule_id, story) for alert in outcome.alerts}
        states |= {state_key(state): decode(encode(state), AlertState) for state in outcome.states}
        if mishap == "replay":  # at an offset of its own, so that the calm run's ids stay comparable
            again = decide(COMPILED, states, article, offset=offset, generation=1, now=NOON)
            late = decide(COMPILED, states, article, offset=1000 + offset, generation=1, now=NOON)
            assert again.alerts == late.alerts == ()
    return fired
