"""Irregular verbs and nouns of the language of news (grammar facts, by hand)."""

from collections.abc import Iterator

INF, PRES, PAST, PART, GER, FUT, COND, SUBJ, FIRST = 1, 2, 4, 8, 16, 32, 64, 128, 256

ENGLISH_ROWS = """
be/was/been have/had/had do/did/done go/went/gone say/said/said tell/told/told make/made/made take/took/taken
give/gave/given get/got/gotten come/came/come become/became/become see/saw/seen know/knew/known find/found/found
think/thought/thought leave/left/left bring/brought/brought begin/began/begun keep/kept/kept hold/held/held
write/wrote/written stand/stood/stood hear/heard/heard let/let/let mean/meant/meant set/set/set meet/met/met
run/ran/run pay/paid/paid sit/sat/sat speak/spoke/spoken lie/lay/lain lead/led/led read/read/read grow/grew/grown
lose/lost/lost fall/fell/fallen send/sent/sent build/built/built understand/understood/understood draw/drew/drawn
break/broke/broken spend/spent/spent cut/cut/cut rise/rose/risen drive/drove/driven buy/bought/bought wear/wore/worn
choose/chose/chosen put/put/put hit/hit/hit strike/struck/struck shoot/shot/shot sink/sank/sunk blow/blew/blown
fight/fought/fought seek/sought/sought withdraw/withdrew/withdrawn freeze/froze/frozen steal/stole/stolen
swear/swore/sworn forbid/forbade/forbidden shut/shut/shut hurt/hurt/hurt beat/beat/beaten burn/burned/burned
fly/flew/flown sell/sold/sold teach/taught/taught win/won/won rule/ruled/ruled overthrow/overthrew/overthrown
overtake/overtook/overtaken undergo/underwent/undergone uphold/upheld/upheld withhold/withheld/withheld
rebuild/rebuilt/rebuilt resend/resent/resent retake/retook/retaken split/split/split forgive/forgave/forgiven
quit/quit/quit bind/bound/bound lend/lent/lent spread/spread/spread shed/shed/shed wage/waged/waged flee/fled/fled
ride/rode/ridden show/showed/shown throw/threw/thrown bear/bore/borne befall/befell/befallen cast/cast/cast
deal/dealt/dealt feed/fed/fed forsake/forsook/forsaken hang/hanged/hanged mistake/mistook/mistaken
oversee/oversaw/overseen shake/shook/shaken slay/slew/slain undo/undid/undone unwind/unwound/unwound
catch/caught/caught fulfil/fulfilled/fulfilled rescind/rescinded/rescinded undertake/undertook/undertaken
open/opened/opened enter/entered/entered offer/offered/offered cover/covered/covered order/ordered/ordered
target/targeted/targeted arise/arose/arisen awake/awoke/awoken bend/bent/bent bet/bet/bet bid/bid/bid bite/bit/bitten
breed/bred/bred burst/burst/burst cling/clung/clung creep/crept/crept dig/dug/dug dwell/dwelt/dwelt fling/flung/flung
forget/forgot/forgotten foresee/foresaw/foreseen foretell/foretold/foretold grind/ground/ground hide/hid/hidden
kneel/knelt/knelt lay/laid/laid leap/leapt/leapt mislead/misled/misled overcome/overcame/overcome
override/overrode/overridden overrun/overran/overrun overhear/overheard/overheard rethink/rethought/rethought
rewrite/rewrote/rewritten rid/rid/rid shine/shone/shone shrink/shrank/shrunk slide/slid/slid sow/sowed/sown
speed/sped/sped spill/spilt/spilt spin/spun/spun spring/sprang/sprung stick/stuck/stuck stride/strode/stridden
strive/strove/striven sweep/swept/swept swell/swelled/swollen swing/swung/swung tear/tore/torn thrust/thrust/thrust
undercut/undercut/undercut upset/upset/upset wake/woke/woken weave/wove/woven wind/wound/wound
withstand/withstood/withstood wring/wrung/wrung sting/stung/stung light/lit/lit broadcast/broadcast/broadcast
cost/cost/cost slit/slit/slit swim/swam/swum tread/trod/trodden forgo/forwent/forgone prove/proved/proven
bleed/bled/bled weep/wept/wept remake/remade/remade partake/partook/partaken
"""  # lemma/past/participle
ENGLISH = {head: (past, part) for head, past, part in (row.split("/") for row in ENGLISH_ROWS.split())}
ENGLISH_S = {"have": "has", "be": "is", "do": "does", "go": "goes"}
ENGLISH_PLURALS = {
    "man": "men", "woman": "women", "person": "people", "child": "children", "policeman": "policemen",
    "serviceman": "servicemen", "gunman": "gunmen", "fisherman": "fishermen", "military": "militaries",
    "crisis": "crises", "aircraft": "aircraft", "police": "police", "troops": "troops", "people": "people",
    "sanctions": "sanctions", "talks": "talks", "ties": "ties", "personnel": "personnel", "congressman": "congressmen",
    "congresswoman": "congresswomen", "spokesman": "spokesmen", "wife": "wives", "life": "lives", "leaf": "leaves",
    "aid": "aid", "arms": "arms", "forces": "forces", "authorities": "authorities", "hunger": "hunger", "coup": "coups",
}  # fmt: skip
ENGLISH_OES = frozenset({"embargo", "veto", "hero", "echo", "go", "do"})

# stressed stems of stem-changing verbs (present and subjunctive, third persons)
# stems under stress that no rule makes
# fmt: off
SPANISH_STEMS = dict(pair.split(":") for pair in [
    "absolver:absuelv", "acertar:aciert", "acordar:acuerd", "acostar:acuest", "adquirir:adquier", "alentar:alient",
    "almorzar:almuerz", "ampliar:amplí", "apostar:apuest", "apretar:apriet", "aprobar:aprueb", "ascender:asciend",
    "asentar:asient", "atender:atiend", "calentar:calient", "cegar:cieg", "cerrar:cierr", "colgar:cuelg",
    "comenzar:comienz", "comprobar:comprueb", "concertar:conciert", "confesar:confies", "confiar:confí",
    "conmover:conmuev", "consolar:consuel", "contar:cuent", "contender:contiend", "costar:cuest", "defender:defiend",
    "degollar:degüell", "demostrar:demuestr", "denegar:denieg", "desalentar:desalient", "desaprobar:desaprueb",
    "descender:desciend", "descolgar:descuelg", "desconcertar:desconciert", "descontar:descuent",
    "despertar:despiert", "desplegar:desplieg", "desterrar:destierr", "devolver:devuelv", "disolver:disuelv",
    "doler:duel", "dormir:duerm", "empezar:empiez", "encender:enciend", "encerrar:encierr", "encomendar:encomiend",
    "encontrar:encuentr", "enmendar:enmiend", "entender:entiend", "enterrar:entierr", "enviar:enví",
    "envolver:envuelv", "esforzar:esfuerz", "extender:extiend", "forzar:fuerz", "gobernar:gobiern", "helar:hiel",
    "inquirir:inquier", "jugar:jueg", "llover:lluev", "manifestar:manifiest", "morder:muerd", "morir:muer",
    "mostrar:muestr", "mover:muev", "negar:nieg", "pensar:piens", "perder:pierd", "plegar:plieg", "poblar:puebl",
    "poder:pued", "probar:prueb", "prohibir:prohíb", "promover:promuev", "quebrar:quiebr", "querer:quier",
    "recomendar:recomiend", "recordar:recuerd", "recostar:recuest", "reencontrar:reencuentr", "reforzar:refuerz",
    "remover:remuev", "renegar:renieg", "renovar:renuev", "replegar:replieg", "reprobar:reprueb", "resolver:resuelv",
    "reunir:reún", "rodar:rued", "rogar:rueg", "sembrar:siembr", "sentar:sient", "sobrevolar:sobrevuel",
    "soltar:suelt", "sonar:suen", "soñar:sueñ", "temblar:tiembl", "tender:tiend", "tentar:tient",
    "trascender:trasciend", "tronar:truen", "tropezar:tropiez", "verter:viert", "volar:vuel", "volcar:vuelc",
    "volver:vuelv",
])
# fmt: on
PORTUGUESE_STEMS = dict(
    pair.split(":")
    for pair in ["pedir:ped", "impedir:imped", "seguir:segu", "reunir:reún", "proibir:proíb", "sugerir:suger"]
)
FUTURE_ROOTS = {
    "decir": "dir", "hacer": "har", "haber": "habr", "poder": "podr", "querer": "querr", "saber": "sabr",
    "salir": "saldr", "dizer": "dir", "fazer": "far", "trazer": "trar",
}  # fmt: skip


def future_root(verb: str) -> str:
    """What the future and conditional endings of a Spanish or Portuguese verb stand on."""
    if verb.endswith(("tener", "poner", "venir")):
        return verb[:-2] + "dr"
    return FUTURE_ROOTS.get(verb, verb.replace("í", "i"))


# preterite (third singular stem), present third singular/plural, subjunctive stem, participle of strong verbs
_ES_STRONG = {
    "tener": ("tuv", "tiene/tienen", "teng", "tenid"), "poner": ("pus", "pone/ponen", "pong", "puest"),
    "venir": ("vin", "viene/vienen", "veng", "venid"), "decir": ("dij", "dice/dicen", "dig", "dich"),
    "hacer": ("hic", "hace/hacen", "hag", "hech"), "haber": ("hub", "ha/han", "hay", "habid"),
    "poder": ("pud", "puede/pueden", "pued", "podid"), "querer": ("quis", "quiere/quieren", "quier", "querid"),
    "estar": ("estuv", "está/están", "est", "estad"), "saber": ("sup", "sabe/saben", "sep", "sabid"),
    "dar": ("d", "da/dan", "d", "dad"), "ducir": ("duj", "duce/ducen", "duzc", "ducid"),
    "traer": ("traj", "trae/traen", "traig", "traíd"), "caer": ("cay", "cae/caen", "caig", "caíd"),
    "salir": ("sali", "sale/salen", "salg", "salid"),
}  # fmt: skip
_ES_FAMILIES = ("tener", "poner", "venir", "decir", "hacer", "ducir", "traer")  # compounds inflect as these do
_ES_FIRM_E = frozenset({"agredir", "transgredir", "divergir", "convergir", "sumergir", "concernir"})  # keep their e
_ES_TO_IE = ("entir", "erir", "ertir", "hervir")  # present in ie; other verbs in -e-ir have i
_ES_PARTICIPLES = {
    "romper": "rot", "morir": "muert", "abrir": "abiert", "reabrir": "reabiert", "cubrir": "cubiert", "ver": "vist",
    "descubrir": "descubiert", "prever": "previst", "freír": "frit",
}  # fmt: skip
_ES_PARTICIPLE_ENDINGS = (("scribir", "scrit"), ("olver", "uelt"))  # inscrito, disuelto


def spanish_weak_stem(verb: str) -> str | None:
    """The stem of "pidió", "sintiendo", "murió"; None for verbs that keep their vowel."""
    stem = verb[:-2]
    at = max(stem.rfind(vowel) for vowel in "aeiou" if vowel != "u" or not stem.endswith(("gu", "qu")))
    if verb in {"morir", "dormir"}:
        return stem.replace("o", "u")
    if not verb.endswith("ir") or at < 0 or stem[at] != "e" or verb in _ES_FIRM_E or verb.endswith("venir"):
        return None
    return stem[:at] + "i" + stem[at + 1 :]


def spanish_stem(verb: str) -> str:
    """The stem under stress, as in "pide", "siente", "niega"."""
    weak = spanish_weak_stem(verb)
    if verb in SPANISH_STEMS or weak is None:
        return SPANISH_STEMS.get(verb, verb[:-2])
    at = next(index for index, (old, new) in enumerate(zip(verb, weak, strict=False)) if old != new)
    return f"{verb[:at]}ie{verb[at + 1 : -2]}" if verb.endswith(_ES_TO_IE) else weak


def _strong(verb: str) -> tuple[str, tuple[str, str, str, str]] | None:
    """The prefix of a strong verb and what its family does; None for others."""
    base = next((base for base in _ES_FAMILIES if verb.endswith(base)), verb)
    return (verb.removesuffix(base), _ES_STRONG[base]) if base in _ES_STRONG else None


def spanish_forms(verb: str) -> Iterator[tuple[str, int]]:
    """The irregular forms of a Spanish verb, beside the regular ones."""
    found = _strong(verb)
    if found is not None:
        prefix, (past, present, subj, part) = found
        third = {"hic": "hizo", "d": "dio", "cay": "cayó", "sali": "salió"}.get(past, past + "o")
        plural = past + ("eron" if past.endswith(("j", "y")) else "ieron")
        yield from ((prefix + third, PAST), (prefix + {"sali": "salieron", "d": "dieron"}.get(past, plural), PAST))
        yield from ((prefix + form, PRES) for form in present.split("/"))
        yield from ((prefix + subj + ending, SUBJ) for ending in ("a", "an"))
        yield from ((prefix + past + "iera", SUBJ), (prefix + past + "ieran", SUBJ))
        yield from ((prefix + part + ending, PART) for ending in ("o", "a", "os", "as"))
    stem = spanish_weak_stem(verb)
    if stem is not None:
        yield from ((stem + "ió", PAST), (stem + "ieron", PAST), (stem + "iera", SUBJ), (stem + "ieran", SUBJ))
        yield from ((stem + "iendo", GER), (stem + "a", SUBJ), (stem + "an", SUBJ))
    participle = _ES_PARTICIPLES.get(verb)
    for old, new in _ES_PARTICIPLE_ENDINGS:
        if verb.endswith(old):
            participle = verb.removesuffix(old) + new
    if participle is not None:
        yield from ((participle + ending, PART) for ending in ("o", "a", "os", "as"))


# present, preterite, subjunctives and participle of strong verbs; the prefixes make verbs of the same forms
_PT_STRONG = {
    "ter": "tem/têm/teve/tiveram/tenha/tenham/tivesse/tido",
    "pôr": "põe/põem/pôs/puseram/ponha/ponham/pusesse/posto",
    "ir": "vai/vão/foi/foram/vá/vão/fosse/ido",
    "vir": "vem/vêm/veio/vieram/venha/venham/viesse/vindo",
    "dizer": "diz/dizem/disse/disseram/diga/digam/dissesse/dito",
    "fazer": "faz/fazem/fez/fizeram/faça/façam/fizesse/feito",
    "haver": "há/hão/houve/houveram/haja/hajam/houvesse/havido",
    "poder": "pode/podem/pôde/puderam/possa/possam/pudesse/podido",
    "querer": "quer/querem/quis/quiseram/queira/queiram/quisesse/querido",
    "dar": "dá/dão/deu/deram/dê/deem/desse/dado",
    "saber": "sabe/sabem/soube/souberam/saiba/saibam/soubesse/sabido",
    "estar": "está/estão/esteve/estiveram/esteja/estejam/estivesse/estado",
    "trazer": "traz/trazem/trouxe/trouxeram/traga/tragam/trouxesse/trazido",
    "ver": "vê/veem/viu/viram/veja/vejam/visse/visto",
    "pedir": "pede/pedem/pediu/pediram/peça/peçam/pedisse/pedido",
    "sair": "sai/saem/saiu/saíram/saia/saiam/saísse/saído",
    "atrair": "atrai/atraem/atraiu/atraíram/atraia/atraiam/atraísse/atraído",
    "struir": "strói/stroem/struiu/struíram/strua/struam/struísse/struído",
    "seguir": "segue/seguem/seguiu/seguiram/siga/sigam/seguisse/seguido",
    "cair": "cai/caem/caiu/caíram/caia/caiam/caísse/caído",
    "ferir": "fere/ferem/feriu/feriram/fira/firam/ferisse/ferido",
    "mentir": "mente/mentem/mentiu/mentiram/minta/mintam/mentisse/mentido",
    "vertir": "verte/vertem/vertiu/vertiram/virta/virtam/vertisse/vertido",
    "vestir": "veste/vestem/vestiu/vestiram/vista/vistam/vestisse/vestido",
    "gredir": "gride/gridem/grediu/grediram/grida/gridam/gredisse/gredido",
    "prevenir": "previne/previnem/preveniu/preveniram/previna/previnam/prevenisse/prevenido",
    "fugir": "foge/fogem/fugiu/fugiram/fuja/fujam/fugisse/fugido",
    "cudir": "code/codem/cudiu/cudiram/cuda/cudam/cudisse/cudido",
    "requerer": "requer/requerem/requereu/requereram/requeira/requeiram/requeresse/requerido",
}  # fmt: skip
_PT_PREFIXES = {
    "ter": "de man ob re con abs sus entre", "por": "im pro re o ex de dis com recom trans su contra decom inter",
    "vir": "inter con pro sobre", "ver": "pre re", "dizer": "contra pre des", "fazer": "des re satis",
    "pedir": "im ex des", "struir": "de con recon", "seguir": "per con pros", "ferir": "re trans con in",
    "mentir": "des", "vertir": "ad con di sub re", "vestir": "in", "gredir": "a trans pro re", "cudir": "a sa",
}  # fmt: skip
_PT_ROOTS = {
    prefix + tail: (prefix, tail) for tail, prefixes in _PT_PREFIXES.items() for prefix in prefixes.split()
}  # verb → what it is made of
_PT_BITS = (PRES, PRES, PAST, PAST, SUBJ, SUBJ, SUBJ, PART)
_PT_PARTICIPLES = {
    "prender": "pres", "matar": "mort", "soltar": "solt", "expulsar": "expuls", "abrir": "abert", "reabrir": "reabert",
    "romper": "rot", "escrever": "escrit", "eleger": "eleit", "entregar": "entregue", "suspender": "suspens",
    "morrer": "mort", "aceitar": "aceit", "ganhar": "ganh", "gastar": "gast", "pagar": "pag", "acender": "aces",
    "isentar": "isent", "inscrever": "inscrit", "cobrir": "cobert", "descobrir": "descobert", "dispersar": "dispers",
    "extinguir": "extint", "subscrever": "subscrit", "descrever": "descrit", "encarregar": "encarregue",
    "pegar": "peg", "envolver": "envolt", "submergir": "submers",
}  # fmt: skip
_PT_EIA = frozenset({"mediar", "intermediar", "remediar", "incendiar", "odiar", "ansiar"})  # medeia, as the -ear verbs


def portuguese_forms(verb: str) -> Iterator[tuple[str, int]]:
    """The irregular forms of a Portuguese verb, beside the regular ones."""
    prefix, root = _PT_ROOTS.get(verb, ("", verb))
    strong = _PT_STRONG.get("pôr" if root == "por" else root)
    if strong is not None:
        forms = [_prefixed(prefix, form) for form in strong.split("/")]
        yield from zip(forms, _PT_BITS, strict=True)
        yield from ((forms[6] + "m", SUBJ), *((forms[7][:-1] + ending, PART) for ending in ("a", "os", "as")))
    if verb in _PT_PARTICIPLES:
        part = _PT_PARTICIPLES[verb]
        yield from ((part + ending, PART) for ending in (("", "s") if part.endswith("e") else ("o", "a", "os", "as")))
    if root in {"por", "pôr"}:
        yield from ((prefix + ending, FUT) for ending in ("porá", "porão"))
        yield from ((prefix + ending, bit) for ending, bit in (("poria", COND), ("punha", PAST), ("punham", PAST)))
    if verb.endswith("ear") or verb in _PT_EIA:
        stem = verb[:-3] + "ei"
        yield from ((stem + "a", PRES), (stem + "am", PRES), (stem + "e", SUBJ), (stem + "em", SUBJ))
    if verb.endswith("uzir"):
        yield verb[:-2], PRES
    if verb.endswith("uir"):
        yield verb[:-1], PRES


def _prefixed(prefix: str, form: str) -> str:
    """A strong form behind a prefix: tem, but detém."""
    return prefix + form[:-2] + "ém" if prefix and form in {"tem", "vem"} else prefix + form
