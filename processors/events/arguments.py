"""Arguments: what a trigger acts on, and who fills its target or did it in a passive."""

from processors.events import grammar
from processors.events.clause import OF, PERSONAL, SEATS, Clause
from processors.events.grammar import Rule
from processors.events.phrases import Chunk, noun_phrases
from processors.events.predicates import COORDINATE, PARTICIPLE, RELATIVE, Predicate
from processors.events.salience import Party

CONTINUES = OF | {"as", "como", "a"}  # prepositions after which an object goes on
BY = frozenset({"by", "por"})
FROM = frozenset({"from", "desde"})
INSIDE = frozenset({"in", "during", "en", "durante", "em"})
SKIPPED = frozenset(
    {
        "since",
        "after",
        "before",
        "desde",
        "tras",
        "antes",
        "após",
        "until",
        "hasta",
        "até",
        "despite",
        "according to",
        "según",
        "segundo",
    }
)


def object_classes(clause: Clause, predicate: Predicate) -> set[str]:
    """Noun classes of what the verb acts on: the object of an active verb, the subject of a passive one."""
    classes: set[str] = set()
    if predicate.passive:
        for chunk in _acted_on(clause, predicate):
            classes |= chunk.classes
        if not predicate.has(grammar.REFLEXIVE):
            return classes
    direct = False
    for chunk in clause.objects(predicate):
        paid = "money" in classes and chunk.prep in INSIDE  # "$6 million in assistance"
        if direct and chunk.prep and chunk.prep not in CONTINUES and not paid:
            break
        if not direct and chunk.prep and chunk.prep not in PERSONAL:
            continue
        direct = True
        classes |= chunk.classes
    return classes


def _acted_on(clause: Clause, predicate: Predicate) -> list[Chunk]:
    """The noun phrases a passive verb acts on: its subject, or what its participle hangs on."""
    chunks = clause.subject_chunks(predicate)
    governor = predicate.governor
    if not chunks and predicate.link in {PARTICIPLE, RELATIVE}:
        return noun_phrases(clause.items, governor.end + 1 if governor else 0, predicate.start)[-2:]
    if not chunks and governor is not None and predicate.link == COORDINATE:
        return clause.subject_chunks(governor)
    return chunks


def target_of(rule: Rule, chunks: list[Chunk], clause: Clause, source: Party | None) -> Party | None:
    """The best-placed party right of a trigger: direct object, the rule's prepositions, then "of", then "in"."""
    best: tuple[int, int, Party] | None = None
    aside = False
    for index, chunk in enumerate(chunks):
        aside = chunk.prep in SKIPPED or (aside and chunk.prep in OF)  # "tras las amenazas de X" names no target
        rank = None if aside else _rank(rule, chunk, first=not index)
        if rank is None:
            continue
        party = clause.party(chunk)
        if party is None or not (party.country or party.id):
            continue
        rank += (0 if party.explicit else 5) + (3 if rank == 1 and not party.country else 0)
        rank += 6 if party.kind == "company" else 0
        rank += 3 if "oil" in chunk.classes and chunk.mentions[0:1] and chunk.mentions[0].actor is None else 0
        if source is not None and party.country == source.country and not (chunk.mentions and rank == 0):
            rank += 10
        if best is None or (rank, index) < best[:2]:
            best = (rank, index, party)
    return best[2] if best is not None else None


def _rank(rule: Rule, chunk: Chunk, *, first: bool) -> int | None:
    if chunk.prep in BY and chunk.prep not in rule.preps:
        return 3 if rule.type == "REQUEST" else None  # "demanded the release by X"
    if not chunk.prep or (first and chunk.prep in PERSONAL):
        return 0
    if chunk.prep in rule.preps or chunk.prep in PERSONAL:
        return 1
    if chunk.prep in OF:
        return 2
    return 4 if chunk.prep in INSIDE else None


def sender(clause: Clause, chunks: list[Chunk]) -> Party | None:
    """The state people are deported from."""
    for chunk in chunks:
        if chunk.prep in FROM and chunk.mentions and chunk.mentions[0].country and chunk.mentions[0].kind in SEATS:
            return clause.party(chunk)
    return None


def agent_of(chunks: list[Chunk], clause: Clause) -> Party | None:
    """Who did it in a passive: "by X", or the state of "in a US operation"."""
    for chunk in chunks:
        if chunk.prep in BY:
            party = clause.party(chunk)
            if party is not None and (party.country or party.id):
                return party
    for chunk in chunks:
        if chunk.prep in INSIDE and chunk.classes & {"attack", "protest"}:
            if chunk.mentions:
                return clause.salience.of_mention(chunk.mentions[0], "")
            named = clause.complement(chunk, chunks)
            if named is not None and named.country:
                return named
    return None
