"""When a rule stays silent: the arguments and company a weak trigger needs."""

from collections.abc import Callable
from itertools import pairwise

from processors.events import grammar
from processors.events.arguments import object_classes
from processors.events.clause import Clause
from processors.events.grammar import Rule
from processors.events.modality import tense_status
from processors.events.predicates import COMPLEMENT, COORDINATE, INFINITIVE, PARTICIPLE, RELATIVE, Predicate
from processors.events.salience import Party

# fmt: off
PENALTIES = frozenset({
    "años", "ano", "anos", "prisión", "prisão", "cadena", "perpetua", "prision", "pena", "penas", "cárcel", "meses",
    "years", "months", "life",
})
# fmt: on
FREED_FROM = frozenset({"prison_word", "libertad_word"})
HARM = frozenset({"SANCTION", "ASSAULT", "COERCE", "MOBILIZE", "THREATEN"})
MILITARY = frozenset({"troop", "attack", "weapon"})
WITH = frozenset({"with", "con", "com"})
KINDS_OF_STATES = frozenset({"countries", "nations", "country", "nation", "países", "naciones", "nações", "nação"})
EXISTING = frozenset({"há", "houve", "havia", "hay", "hubo", "había"})
QUESTIONS = frozenset(
    {"whether", "if", "about", "why", "how", "what", "when", "where"}
)  # "asked whether …" wants no deed
QUOTED = frozenset({",", '"', "lo", "así"})  # what stands before a verb that only reports


def silent(rule: Rule, clause: Clause, predicate: Predicate) -> bool:
    """Whether the clause's form alone rules the rule out."""
    if rule.need == "near":
        return not any(rule.objects & chunk.classes for chunk in clause.objects(predicate))
    if rule.type == "ACCUSE" and _closing_report(clause, predicate):
        return True
    if rule.type == "PROTEST" and _stated(clause, predicate):
        return True
    test = _FORMS.get(rule.need)
    return test is not None and not test(clause, predicate)


def _closing_report(clause: Clause, predicate: Predicate) -> bool:
    """Whether a Romance verb of saying only closes a report: ", denunció su partido"."""
    before = clause.items[predicate.start - 1].text if predicate.start else ""
    tells = any(other.governor is predicate and other.link == COMPLEMENT for other in clause.predicates)
    closes = before in {",", '"'} and not clause.subject_chunks(predicate)
    return bool(predicate.word.speech) and clause.salience.lang != "en" and closes and not tells


def _stated(clause: Clause, predicate: Predicate) -> bool:
    """Whether "manifestar" only reports: '"…", ha manifestado X'."""
    before = clause.items[predicate.start - 1].text if predicate.start else ""
    return bool(predicate.word.speech) and before in QUOTED and not predicate.has(grammar.REFLEXIVE)


def asks(clause: Clause, predicate: Predicate) -> bool:
    """Whether a verb of asking puts a question: "asked whether", "asked about"."""
    if predicate.word.lemma != "ask":
        return False
    return _next_text(clause, predicate) in QUESTIONS or any(
        one.text == "whether" for one in clause.items[predicate.end :]
    )


def nobodys(clause: Clause, predicate: Predicate) -> bool:
    """Whether a relative clause only tells which states are meant: "countries that supply oil"."""
    if predicate.link != RELATIVE or predicate.boundary < 1:
        return False
    head = clause.items[predicate.boundary - 1]
    return head.mention is None and head.text in KINDS_OF_STATES


def attributive(clause: Clause, predicate: Predicate) -> bool:
    """Whether a participle is an adjective: "a designated terrorist group", ", reconocida líder opositora"."""
    at = predicate.start
    if predicate.link != PARTICIPLE or at != predicate.end or not 0 < at < len(clause.items) - 1:
        return False
    before, after = clause.items[at - 1], clause.items[at + 1]
    leads = bool(before.flags & (grammar.DET | grammar.PREP)) or before.text in {",", '"'}
    return leads and before.mention is None and after.mention is None and bool(after.flags & grammar.NOUN)


def absent(clause: Clause, predicate: Predicate) -> bool:
    """Whether a participle tells of people there are none of: "não há registros de brasileiros feridos"."""
    if predicate.link != PARTICIPLE:
        return False
    texts = [item.text for item in clause.items[: predicate.start]]
    return any(one in {"no", "não"} and other in EXISTING for one, other in pairwise(texts)) and "," not in texts


def satisfied(
    rule: Rule, clause: Clause, predicate: Predicate | None, source: Party | None, target: Party | None
) -> bool:
    """Whether the arguments found are those the rule needs, and at least one party has a state."""
    has_source, has_target = (
        bool(source and (source.country or source.id)),
        bool(target and (target.country or target.id)),
    )
    if not (source and source.country) and not (target and target.country):
        return False
    if rule.need == "source":
        return has_source
    if rule.need in {"target", "state", "warn", "list"}:
        return has_target and not _same(source, target)
    if rule.need in {"both", "with", "visit", "aimed", "infinitive_target"}:
        return has_source and has_target and not _same(source, target)
    return True


def _same(source: Party | None, target: Party | None) -> bool:
    return source is not None and target is not None and source.country == target.country and source.country != ""


def _next_text(clause: Clause, predicate: Predicate) -> str:
    following = predicate.end + 1
    return clause.items[following].text if following < len(clause.items) else ""


def _military(clause: Clause, predicate: Predicate) -> bool:
    classes = object_classes(clause, predicate)
    subject = clause.subject(predicate)
    named = any(chunk.classes & MILITARY for chunk in clause.subject_chunks(predicate))
    return bool(classes & MILITARY) or named or (subject is not None and "MIL" in subject.sectors)


def _visit(clause: Clause, predicate: Predicate) -> bool:
    return any(chunk.mentions for chunk in clause.objects(predicate)) and not _military(clause, predicate)


def _deport(clause: Clause, predicate: Predicate) -> bool:
    return bool(object_classes(clause, predicate) & {"person", "prisoner", "country"}) and any(
        chunk.prep in {"to", "from", "a", "al", "de", "para", "hacia"} for chunk in clause.objects(predicate)
    )


def _attack_context(clause: Clause, predicate: Predicate) -> bool:
    return any("attack" in item.word.classes for item in clause.items)


def _protest(clause: Clause, predicate: Predicate) -> bool:
    subject = clause.subject(predicate)
    civil = subject is not None and bool({"CVL", "OPP"} & set(subject.sectors))
    against = any(chunk.prep in {"against", "contra", "outside"} for chunk in clause.objects(predicate))
    return civil or against or any("protest" in chunk.classes for chunk in clause.objects(predicate))


def _state(clause: Clause, predicate: Predicate) -> bool:
    """Whether a state or one of its own acts: no people, no opposition."""
    subject = clause.subject(predicate)
    people = subject is None or subject.kind in {"demonym", "noun"}
    return subject is not None and not people and not {"CVL", "OPP"} & set(subject.sectors)


def _court(clause: Clause, predicate: Predicate) -> bool:
    """Whether a court speaks a sentence: a judge as subject, or years, prison as the penalty."""
    subject = clause.subject(predicate)
    items = clause.items[predicate.end + 1 : predicate.object_end]
    return (subject is not None and "JUD" in subject.sectors) or any(item.text in PENALTIES for item in items)


def _infinitive(clause: Clause, predicate: Predicate) -> bool:
    return any(other.governor is predicate and other.link == INFINITIVE for other in clause.predicates)


def _threatening(clause: Clause, predicate: Predicate) -> bool:
    """Whether what is vowed harms someone: an infinitive of a hostile verb."""
    return any(
        other.governor is predicate
        and other.link == INFINITIVE
        and {rule.type for rule in other.word.verb_rules} & HARM
        for other in clause.predicates
    )


def _by_nature(clause: Clause, predicate: Predicate) -> bool:
    """Whether a hurricane or the like is the subject, its own or shared."""
    chunks = clause.subject_chunks(predicate)
    if predicate.link == COORDINATE and predicate.governor is not None:
        chunks = [*chunks, *clause.subject_chunks(predicate.governor)]
    return any("disaster" in chunk.classes for chunk in chunks)


def _near(clause: Clause, predicate: Predicate, name: str) -> bool:
    """Whether a noun of class `name` stands right of the verb."""
    return any(name in chunk.classes for chunk in clause.objects(predicate))


def _prison(clause: Clause, predicate: Predicate) -> bool:
    """Whether a prison, or freedom, is named anywhere right of the verb."""
    return any(
        item.word.classes & FREED_FROM
        or (item.mention is not None and item.mention.actor is not None and item.mention.actor.kind == "prison")
        for item in clause.items[predicate.end + 1 :]
    )


_FORMS: dict[str, Callable[[Clause, Predicate], bool]] = {
    "active": lambda clause, predicate: not predicate.passive,
    "positive": lambda clause, predicate: tense_status(predicate) != "denied",
    "negative": lambda clause, predicate: tense_status(predicate) == "denied",
    "from": lambda clause, predicate: any(chunk.prep == "from" for chunk in clause.objects(predicate)),
    "with": lambda clause, predicate: any(chunk.prep in WITH and chunk.mentions for chunk in clause.objects(predicate)),
    "state": _state,
    "court": _court,
    "infinitive": _infinitive,
    "infinitive_target": lambda clause, predicate: (
        not predicate.passive and not predicate.has(grammar.TO) and _infinitive(clause, predicate)
    ),
    "threatening": _threatening,
    "prison": _prison,
    "plane": lambda clause, predicate: _near(clause, predicate, "plane") or _near(clause, predicate, "vessel"),
    "amnesty": lambda clause, predicate: _near(clause, predicate, "amnesty"),
    "aid": lambda clause, predicate: _near(clause, predicate, "aid"),
    "passive_with": lambda clause, predicate: _near(clause, predicate, "sanction"),
    "passive": lambda clause, predicate: predicate.passive,
    "military": _military,
    "visit": _visit,
    "deport": _deport,
    "attack_context": _attack_context,
    "attack_target": lambda clause, predicate: (
        not object_classes(clause, predicate) & {"deal", "statement", "office"}
        and not _near(clause, predicate, "disaster")
        and not _by_nature(clause, predicate)
    ),
    "protest": _protest,
    "call_for": lambda clause, predicate: (
        _next_text(clause, predicate) in {"for", "on", "to", "upon", "a", "al", "por", "para", "ao", "à"}
    ),
    "warn": lambda clause, predicate: bool(clause.objects(predicate)),
    "list": lambda clause, predicate: (
        "list_word" in object_classes(clause, predicate)
        or any("list_word" in chunk.classes for chunk in clause.objects(predicate))
    ),
    "vessel": lambda clause, predicate: "vessel" in object_classes(clause, predicate),
    "future": lambda clause, predicate: tense_status(predicate) == "announced",
}
