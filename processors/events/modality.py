"""Status of a happening: what tense, negation and governing verbs make of it."""

from processors.events import grammar
from processors.events.chunks import Item
from processors.events.clause import Clause
from processors.events.grammar import Rule
from processors.events.predicates import (
    COMPLEMENT,
    COORDINATE,
    GERUND,
    INFINITIVE,
    PARTICIPLE,
    RELATIVE,
    SUBORDINATE,
    Predicate,
)  # fmt: skip

DROP = "drop"  # content of a request, accusation, threat: not a happening of its own
CONTENT_TYPES = frozenset({"REQUEST", "ACCUSE", "THREATEN", "REJECT", "AGREE"})
ADJECTIVES = (
    ("adj_plan", "announced"),
    ("adj_threat", "threatened"),
    ("adj_hypothetical", "hypothetical"),
    ("adj_cancel", "cancelled"),
)
ORDERS = frozenset({"announce", "order", "anunciar", "ordenar"})  # what they act on is still to come
VOICED = frozenset({"REQUEST", "ACCUSE", "REJECT"})
ORDER = ("drop", "cancelled", "denied", "hypothetical", "announced", "happened")


def verb_status(clause: Clause, predicate: Predicate, fired: dict[int, str]) -> str:
    """The status of what a verb tells, or DROP. `fired` maps the main verbs that made events to their types."""
    status = tense_status(predicate)
    if status == "hypothetical" and predicate.word.forms & grammar.SUBJ:
        status = _subjunctive(predicate)
    if predicate.link == SUBORDINATE and predicate.boundary_flags & grammar.CONDITION:
        return DROP if status == "denied" else worse(status, "hypothetical")  # "if Caracas does not cooperate"
    governor = predicate.governor
    if predicate.link == INFINITIVE and _behind_it(clause.items, predicate):
        return status
    if predicate.link in {INFINITIVE, GERUND} or (predicate.link == COMPLEMENT and governor is not None):
        return worse(status, _governed(clause, predicate, governor, fired))
    if predicate.link == COORDINATE and governor is not None and not predicate.aux & ~grammar.ADVERB:
        shared = (
            verb_status(clause, governor, fired) if governor.link in {INFINITIVE, GERUND} else tense_status(governor)
        )
        if predicate.word.forms & grammar.INF and not predicate.word.forms & grammar.PAST:
            return worse(status, shared)
        if governor.link == COMPLEMENT and status == tense_status(governor) == "hypothetical":
            return worse(status, verb_status(clause, governor, fired))  # "pede que libertem … e reconheçam …"
    return status


def _subjunctive(predicate: Predicate) -> str:
    """A subjunctive after "luego de que" happened; one in a relative clause is nobody's ("quien compre petróleo")."""
    if predicate.boundary_flags & grammar.PAST_SUB:
        return "happened"
    return DROP if predicate.link == RELATIVE else "hypothetical"


def _behind_it(items: list[Item], predicate: Predicate) -> bool:
    """Whether an infinitive tells what came before: "tras atacar", "por cuestionar"."""
    return bool(predicate.boundary_flags & grammar.PAST_SUB) or (
        predicate.start > 0 and items[predicate.start - 1].text == "por"
    )


def tense_status(predicate: Predicate) -> str:
    """announced, hypothetical, denied or happened, by the verb group alone."""
    forms, aux = predicate.word.forms, predicate.aux
    if aux & grammar.NEG:
        return "denied"
    if aux & grammar.MODAL:
        return "hypothetical"
    if aux & grammar.FUTURE or (forms & grammar.FUT and not forms & (grammar.PAST | grammar.PRES)):
        return "announced"
    if forms & grammar.COND and not forms & (grammar.PAST | grammar.PRES):
        return "hypothetical"
    if forms & grammar.SUBJ and not forms & (grammar.PAST | grammar.PRES | grammar.PART | grammar.INF | grammar.GER):
        return "hypothetical"
    return "happened"


def settled(rule: Rule, predicate: Predicate, status: str) -> str:
    """The status once the rule is known: an order is no deed yet, and "marched to demand" is a demand made."""
    if status == "happened" and predicate.word.lemma in ORDERS and rule.type not in CONTENT_TYPES:
        return "announced"
    governor = predicate.governor
    if status == "announced" and predicate.link == INFINITIVE and governor is not None and rule.type in VOICED:
        return tense_status(governor) if not governor.word.effects & {"plan", "hypothetical"} else status
    return status


def _governed(clause: Clause, predicate: Predicate, governor: Predicate | None, fired: dict[int, str]) -> str:
    noun = _governing_noun(clause.items, predicate)
    if noun is not None and predicate.link == INFINITIVE:
        return noun
    if governor is None:
        return "announced" if predicate.link == INFINITIVE and predicate.has(grammar.TO) else "happened"
    if governor.link == INFINITIVE and verb_status(clause, governor, fired) == DROP:
        return DROP
    if predicate.link == COMPLEMENT:
        return _complement(clause, governor, fired)
    if predicate.link == GERUND:
        return _effect(clause, governor, fired, default="happened")
    return _effect(clause, governor, fired, default="announced")


def _complement(clause: Clause, governor: Predicate, fired: dict[int, str]) -> str:
    """Status in a that-clause: reports keep what is said; denials, demands and hopes colour it."""
    if governor.word.speech == "deny" or "deny" in governor.word.effects:
        return "denied"
    if fired.get(governor.main) in CONTENT_TYPES and not governor.word.speech:
        return DROP
    if "hypothetical" in governor.word.effects and not governor.word.speech:
        return "hypothetical"
    if "cancel" in governor.word.effects and not governor.word.speech:
        return "cancelled"  # "impediu que o governo revogasse …"
    return "happened"


def _effect(clause: Clause, governor: Predicate, fired: dict[int, str], default: str) -> str:
    effects = governor.word.effects
    own = tense_status(governor)
    if fired.get(governor.main) == "REJECT" and "cancel" in effects and default == "happened":
        return "cancelled"
    if fired.get(governor.main) in CONTENT_TYPES or effects & {"threaten", "refuse"}:
        return DROP
    if effects & {"content", "opinion"}:
        return DROP if default == "announced" else default
    for name, status in (
        ("cancel", "cancelled"),
        ("deny", "denied"),
        ("plan", "announced"),
        ("hypothetical", "hypothetical"),
    ):
        if name == "deny" and name in effects and own == "denied":
            return "hypothetical"
        if name in effects:
            return worse(status, own if own != "happened" else status)
    if "light" in effects or governor.word.flags & grammar.BE:
        return verb_status(clause, governor, fired) if governor.link in {INFINITIVE, GERUND} else own
    return default if governor.link != COMPLEMENT else worse(default, own)


def _governing_noun(items: list[Item], predicate: Predicate) -> str | None:
    """What "decision", "threat", "attempt" before "to …" make of it."""
    before = items[predicate.start - 1] if predicate.start else None
    if before is None or before.mention is not None:
        return None
    effects = before.word.noun_effects
    if "threat" in effects:
        return DROP
    if "plan" in effects:
        return "announced"
    return "hypothetical" if "hypothetical" in effects else None


def noun_status(clause: Clause, index: int, host: Predicate | None, *, as_subject: bool) -> str:
    """The status of what a noun tells, by the words before it and the verb it is the object of; or DROP."""
    before = _modifier(clause.items, index)
    if before is not None:
        return before
    if host is None:
        return "happened"
    acted_on = host.passive if as_subject else not host.passive
    if acted_on:
        return _hosted(clause, host)
    happens = as_subject and host.word.lemma in {"occur", "happen", "ocurrir", "ocorrer"}
    return "denied" if happens and tense_status(host) == "denied" else "happened"


def _hosted(clause: Clause, host: Predicate) -> str:
    """The status a verb gives the noun it acts on."""
    effects, own = host.word.effects, tense_status(host)
    for name, status in (("cancel", "cancelled"), ("deny", "denied"), ("hypothetical", "hypothetical")):
        if name in effects:
            return "hypothetical" if own == "denied" else status
    if effects & {"content", "threaten", "refuse"}:
        return DROP
    if "opinion" in effects:
        return "happened"
    if "plan" in effects:
        return "announced" if own == "happened" else own
    if effects & {"light", "undergo"}:
        return verb_status(clause, host, {})
    return "happened"


def _modifier(items: list[Item], index: int) -> str | None:
    """Status given by words right before a noun: "planned", "alleged", "no", "threat of"."""
    for at in range(index - 1, max(-1, index - 5), -1):
        item = items[at]
        if item.flags & grammar.NEG and item.mention is None and not item.flags & grammar.ADVERB:
            return "denied"
        effects = item.word.noun_effects
        for name, status in (
            ("adj_plan", "announced"),
            ("adj_threat", "threatened"),
            ("adj_hypothetical", "hypothetical"),
            ("adj_cancel", "cancelled"),
        ):
            if name in effects:
                return status
        if item.flags & (grammar.OF | grammar.PREP) and at:
            noun = items[at - 1].word.noun_effects
            if "threat" in noun:
                return DROP
            return "hypothetical" if "hypothetical" in noun else ("announced" if "plan" in noun else None)
        if item.flags & (grammar.VERB | grammar.SUB | grammar.COMPL) or item.text in ",;:":
            return None
    return None


def worse(left: str, right: str) -> str:
    """The status further from having happened."""
    return min(left, right, key=ORDER.index)


def background(clause: Clause, predicate: Predicate | None) -> bool:
    """Whether a clause tells what lies before the news: "since …", "after …", "who had …"."""
    while predicate is not None:
        if predicate.boundary_flags & grammar.PAST_SUB:
            return True
        predicate = predicate.governor if predicate.link in {RELATIVE, PARTICIPLE} else None
    return False
