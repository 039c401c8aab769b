"""Inflected forms of verbs and nouns in English, Spanish and Portuguese, for building lexicons at load time.

A verb form comes with bits telling its mood and tense. Only third persons,
    the first singular and first plural are made:
the rest do not occur in news. Irregular verbs are in `irregular.py`; unknown ones are conjugated by ending.
"""

from collections.abc import Callable, Iterator

from processors.events import irregular


class Form:
    """What a verb form may be, as bits (processors.events.grammar's): a surface form may be several.

    ALONE: it begins no phrase ("entregándolo").
    """

    NONE = 0
    INF = 1
    PRES = 2
    PAST = 4
    PART = 8
    GER = 16
    FUT = 32
    COND = 64
    SUBJ = 128
    FIRST = 256
    ALONE = 512


Forms = Iterator[tuple[str, int]]
VOWELS = "aeiouáéíóú"
DOUBLING = frozenset(["stop", "ban", "plan", "strip", "drop", "rob", "shut", "cut", "put", "hit", "set", "jam",
    "ram", "drag", "grab", "beg", "commit", "permit", "admit", "submit", "refer", "defer", "occur", "expel",
    "propel", "compel", "repel", "patrol", "cancel", "level", "label", "scrap", "slap", "step", "split", "let",
    "get", "run", "quit", "trap", "rip", "skip", "swap", "tap", "whip", "bar", "war", "scar", "stun", "pin", "gun",
    "slam", "stab", "control", "transfer", "deter", "incur", "concur", "nab", "bug", "dub", "plot", "cap", "tip",
    "wrap", "slip", "clap", "snap", "chat", "bet", "trim", "snub", "pat", "rap", "sap", "flog", "gag",
    "mop", "nod", "pop", "rig", "rub", "sag", "shred", "spur", "throb", "top", "wed", "zip", "club", "strap",
    "blog", "clip", "crop", "flip", "prod", "shun", "spot", "stem", "thin", "tug", "fan"])  # fmt: skip


def english_verb(verb: str) -> Forms:
    """Forms of an English verb."""
    past, part = irregular.ENGLISH.get(verb, (None, None))
    stem = verb + verb[-1] if verb in DOUBLING else verb
    yield verb, Form.INF | Form.PRES
    yield irregular.ENGLISH_S.get(verb, english_plural(verb)), Form.PRES
    yield _english_ing(verb, stem), Form.GER
    if past and part:
        yield past, Form.PAST | (Form.PART if past == part else Form.NONE)
        if part != past:
            yield part, Form.PART
        return
    yield verb + "d" if verb.endswith("e") else _y_to_i(stem) + "ed", Form.PAST | Form.PART
    if verb.endswith("l") and stem != verb:
        yield verb + "ed", Form.PAST | Form.PART
        yield verb + "ing", Form.GER


def _english_ing(head: str, stem: str) -> str:
    if head.endswith("ie"):
        return head[:-2] + "ying"
    if head.endswith("e") and not head.endswith(("ee", "oe", "ye")):
        return head[:-1] + "ing"
    return stem + "ing"


def _y_to_i(word: str) -> str:
    return word[:-1] + "i" if word.endswith("y") and len(word) > 1 and word[-2] not in VOWELS else word


def english_plural(noun: str) -> str:
    """The plural of an English noun (its last word); irregular ones from the table."""
    head, sep, last = noun.rpartition("_")
    plural = irregular.ENGLISH_PLURALS.get(last)
    if plural is None:
        if last.endswith(("s", "x", "z", "ch", "sh")) or last in irregular.ENGLISH_OES:
            plural = last + "es"
        else:
            plural = _y_to_i(last) + ("es" if _y_to_i(last) != last else "s")
    return head + sep + plural


ES_ENDINGS: dict[str, list[tuple[str, int]]] = {
    "ar": [("a", Form.PRES), ("an", Form.PRES), ("amos", Form.PRES | Form.FIRST),
           ("ó", Form.PAST), ("aron", Form.PAST), ("é", Form.PAST | Form.FIRST),
           ("aba", Form.PAST), ("aban", Form.PAST), ("e", Form.SUBJ), ("en", Form.SUBJ), ("emos",
               Form.SUBJ | Form.FIRST),
           ("ara", Form.SUBJ), ("aran", Form.SUBJ), ("ase", Form.SUBJ), ("asen", Form.SUBJ),
           ("ando", Form.GER), ("ado", Form.PART), ("ada", Form.PART), ("ados", Form.PART), ("adas", Form.PART)],
    "er": [("e", Form.PRES), ("en", Form.PRES), ("emos", Form.PRES | Form.FIRST),
           ("ió", Form.PAST), ("ieron", Form.PAST), ("í", Form.PAST | Form.FIRST),
           ("ía", Form.PAST), ("ían", Form.PAST), ("a", Form.SUBJ), ("an", Form.SUBJ), ("amos", Form.SUBJ | Form.FIRST),
           ("iera", Form.SUBJ), ("ieran", Form.SUBJ), ("iese", Form.SUBJ), ("iesen", Form.SUBJ),
           ("iendo", Form.GER), ("ido", Form.PART), ("ida", Form.PART), ("idos", Form.PART), ("idas", Form.PART)],
}  # fmt: skip
ES_ENDINGS["ir"] = [(e if e != "emos" else "imos", f) for e, f in ES_ENDINGS["er"]]
PT_ENDINGS: dict[str, list[tuple[str, int]]] = {
    "ar": [("a", Form.PRES), ("am", Form.PRES), ("amos", Form.PAST | Form.FIRST),
           ("ou", Form.PAST), ("aram", Form.PAST), ("ei", Form.PAST | Form.FIRST), ("ava", Form.PAST), ("avam",
               Form.PAST),
           ("e", Form.SUBJ), ("em", Form.SUBJ), ("asse", Form.SUBJ), ("assem", Form.SUBJ), ("arem", Form.SUBJ),
           ("ando", Form.GER), ("ado", Form.PART), ("ada", Form.PART), ("ados", Form.PART), ("adas", Form.PART)],
    "er": [("e", Form.PRES), ("em", Form.PRES), ("emos", Form.PRES | Form.FIRST),
           ("eu", Form.PAST), ("eram", Form.PAST), ("i", Form.PAST | Form.FIRST), ("ia", Form.PAST), ("iam", Form.PAST),
           ("a", Form.SUBJ), ("am", Form.SUBJ), ("esse", Form.SUBJ), ("essem", Form.SUBJ), ("erem", Form.SUBJ),
           ("endo", Form.GER), ("ido", Form.PART), ("ida", Form.PART), ("idos", Form.PART), ("idas", Form.PART)],
    "ir": [("e", Form.PRES), ("em", Form.PRES), ("imos", Form.PRES | Form.FIRST),
           ("iu", Form.PAST), ("iram", Form.PAST), ("i", Form.PAST | Form.FIRST), ("ia", Form.PAST), ("iam", Form.PAST),
           ("a", Form.SUBJ), ("am", Form.SUBJ), ("isse", Form.SUBJ), ("issem", Form.SUBJ), ("irem", Form.SUBJ),
           ("indo", Form.GER), ("ido", Form.PART), ("ida", Form.PART), ("idos", Form.PART), ("idas", Form.PART)],
}  # fmt: skip
ES_FUTURE = [("á", Form.FUT), ("án", Form.FUT), ("é", Form.FUT | Form.FIRST), ("emos", Form.FUT | Form.FIRST),
             ("ía", Form.COND), ("ían", Form.COND)]  # fmt: skip
PT_FUTURE = [("á", Form.FUT), ("ão", Form.FUT), ("ei", Form.FUT | Form.FIRST), ("emos", Form.FUT | Form.FIRST),
             ("ia", Form.COND), ("iam", Form.COND)]  # fmt: skip
CLITICS = ("lo", "la", "los", "las", "le", "les", "se", "nos")


def spanish_verb(verb: str) -> Forms:
    """Forms of a Spanish verb, with infinitives and gerunds carrying a clitic pronoun."""
    stems = {verb: irregular.spanish_stem(verb)}
    regular = _romance(verb, ES_ENDINGS, ES_FUTURE, stems, _spell_spanish)
    for form, bits in (*regular, *irregular.spanish_forms(verb)):
        yield form, bits
        if form.endswith("ndo"):
            stressed = f"{form[:-4]}{'á' if form[-4] == 'a' else 'é'}ndo"
            yield from ((stressed + clitic, Form.GER | Form.ALONE) for clitic in CLITICS)
    yield from ((verb + clitic, Form.INF) for clitic in CLITICS)


def portuguese_verb(verb: str) -> Forms:
    """Forms of a Portuguese verb (Brazilian use), with the hyphenated clitic of the infinitive."""
    yield from _romance(verb, PT_ENDINGS, PT_FUTURE, irregular.PORTUGUESE_STEMS, _spell_portuguese)
    yield from irregular.portuguese_forms(verb)
    stressed = {"a": "á", "e": "ê"}.get(verb[-2:-1], verb[-2:-1])
    infinitives = (verb[:-2] + stressed + clitic for clitic in ("-lo", "-la", "-los", "-las"))
    yield from ((form, Form.INF | Form.ALONE) for form in infinitives)


def _romance(
    verb: str,
    endings: dict[str, list[tuple[str, int]]],
    future: list[tuple[str, int]],
    stems: dict[str, str],
    spell: Callable[[str, str, str], str],
) -> Forms:
    stem, group = verb[:-2], verb[-2:].replace("í", "i").replace("ô", "o")
    if group not in endings or not stem:  # "ir" has irregular forms alone
        yield verb, Form.INF
        return
    strong = stems.get(verb, stem)
    yield verb, Form.INF
    for ending, bits in endings[group]:
        stressed = bits & (Form.PRES | Form.SUBJ) and ending in {"a", "an", "e", "en", "o", "am", "em"}
        yield spell(strong if stressed else stem, ending, group), bits
    root = irregular.future_root(verb)
    for ending, bits in future:
        yield root + ending, bits


SPELL_ES = {
    "ar": ("eé", (("gu", "gü"), ("c", "qu"), ("g", "gu"), ("z", "c"))),
    "er": ("oa", (("gu", "g"), ("g", "j"), ("c", "zc"))),
    "ir": ("oa", (("gu", "g"), ("g", "j"), ("c", "zc"))),
}
GLIDES = frozenset({"ió", "ieron", "iera", "ieran", "iese", "iesen", "iendo"})


def _spell_spanish(stem: str, ending: str, group: str) -> str:
    first = ending[0]
    vowels, changes = SPELL_ES[group]
    if first in vowels:
        for old, new in changes:
            if stem.endswith(old):
                return stem[: -len(old)] + ("z" if new == "zc" and stem[-2:-1] not in VOWELS else new) + ending
    if group != "ar" and stem and stem[-1] in "aeou" and not stem.endswith(("gu", "qu")):
        return _after_vowel(stem, ending, group)
    return stem + ending


def _after_vowel(stem: str, ending: str, group: str) -> str:
    if ending in GLIDES:
        return stem + "y" + ending[1:]
    if ending.startswith("id") and stem[-1] != "u":
        return stem + "í" + ending[1:]
    if group == "ir" and stem.endswith("u") and ending[0] in "eoa":
        return stem + "y" + ending
    return stem + ending


def _spell_portuguese(stem: str, ending: str, group: str) -> str:
    first = ending[0]
    if group == "ar" and first in "eé":
        for old, new in (("ç", "c"), ("c", "qu"), ("g", "gu")):
            if stem.endswith(old):
                return stem[: -len(old)] + new + ending
    if group != "ar" and first in "oa":
        for old, new in (("gu", "g"), ("g", "j"), ("c", "ç")):
            if stem.endswith(old):
                return stem[: -len(old)] + new + ending
    return stem + ending


def romance_plural(noun: str, lang: str) -> str:
    """The plural of a Spanish or Portuguese noun: its first word is the head ("preso_politico"), adjectives agree."""
    words = noun.split("_")
    return "_".join(word if word in {"de", "del", "da", "do", "a", "en", "al"} or _after_de(words,
        i) else _plural(word, lang)
                    for i, word in enumerate(words))  # fmt: skip


def _after_de(words: list[str], index: int) -> bool:
    return any(word in {"de", "del", "da", "do", "en"} for word in words[:index])


def _plural(word: str, lang: str) -> str:
    rules = (
        (("ão", "ões"), ("l", "is"), ("m", "ns"), ("r", "res"), ("z", "zes"), ("s", "s"))
        if lang == "pt"
        else (
            ("ión", "iones"),
            ("ón", "ones"),
            ("z", "ces"),
            ("és", "eses"),
            ("án", "anes"),
            ("én", "enes"),
            ("s", "s"),
        )
    )
    for old, new in rules:
        if word.endswith(old):
            return word[: -len(old)] + new
    if lang == "es" and word[-1:] not in "aeiouáéó":
        return word + "es"
    return word + "s"
