"""Page furniture: what stands around an article on its page and is not the article, in English, Spanish and Portuguese.

Whole lines and headings are in furniture.toml; shapes of lines are below. Both are matched on folded words.
"""

import re
import tomllib
from collections.abc import Sequence
from importlib import resources

from processors.extraction.bylines import byline
from processors.extraction.claimed_dates import read_date
from processors.folding import folded

_TABLES: dict[str, dict[str, list[str]]] = tomllib.loads(
    (resources.files(__package__ or "processors") / "furniture.toml").read_text(encoding="utf-8")
)
CLOSING = frozenset(word for words in _TABLES["closing"].values() for word in words)
"""Headings after which other articles or readers' comments follow."""

BOXES = frozenset(word for words in _TABLES["boxes"].values() for word in words)
"""Headings of boxes of links, which also stand in the middle of articles."""

DROPPED = frozenset(word for words in _TABLES["dropped"].values() for word in words)
"""Whole lines that belong to the page: share bars, menus, forms, advertisement marks."""

QUESTIONS = re.compile(
    r"^(?:(?:key|common|frequently asked|top) questions\b.*|faqs?\b.{0,60}|questions and answers.*|"
    r"preguntas (?:frecuentes|clave|y respuestas)\b.*|preguntas mas frecuentes.*|claves? y preguntas.*|"
    r"perguntas (?:frequentes|e respostas|chave)\b.*)$"
)
"""Headings of the question-and-answer recaps that some sites append; they repeat the article."""

_DROPPED_SHAPES = (
    r"(?:read (?:more|also|next)|also read|see also|related|watch|recommended|(?:leer?|lea) (?:mas|tambien)|"
    r"(?:vea|ver|mira) tambien|te puede interesar|tambien puede leer|leia (?:mais|tambem)|"
    r"veja tambem|veja mais|saiba mais|mas informacion|recomendamos)\s*[:|>»–-].{0,200}",
    r"(?:share|compartir|comparte|compartelo|compartilhar|compartilhe) "
    r"(?:this|on|via|en|por|no|na|em|with|este|esta)\b.{0,60}",
    r"(?:©|\(c\)|copyright)\s?.{0,120}",
    r".{0,80}\b(?:all rights reserved|todos los derechos reservados|todos os direitos reservados)\b.{0,80}",
    r"(?:follow|like|find|join) us (?:on|at)\b.{0,120}",
    r"(?:siguenos|sigue a|siganos|unete|unase|siga|acompanhe|curta|inscreva-se|participe)\b.{0,60}\b(?:facebook|"
    r"twitter|instagram|whatsapp|telegram|youtube|canal|redes|google|tiktok|\bx\b).{0,80}",
    r"(?:sign up|subscribe|suscribete|suscribase|recibe|receba|assine|inscreva-se|register)\b.{0,60}\b(?:newsletter|"
    r"boletin|boletines|inbox|correo|e-?mail|digest|alerts|alertas|hoy|today|canal)\b.{0,120}",
    r"(?:photo|image|picture|foto|fotos|imagen|fotografia|imagem|credit|credito|video|file photo|archivo)\s?(?:by|de|"
    r"por|credit|credito)?\s?[:|/©].{0,160}",
    r".{0,160}\((?:photo|foto|image|imagen|imagem) (?:by|de|por)?[^)]{2,60}\)",
    r"(?:reporting|additional reporting|written|editing|edited|con informacion|reportagem|"
    r"con reporte|informacion adicional) (?:by|de|por)\s.{2,160}",
    r"(?:filed under|tags?|etiquetas|temas|topics|categories|categorias|archivado en|marcadores|keywords)\s?:.{0,200}",
    r"(?:posted|published|publicado|updated|last updated|actualizado|ultima actualizacion|atualizado|publicada)"
    r"\s?(?:on|at|em|el|a las|:)?\s.{0,12}\d.{0,50}",
    r"\d{1,2}\s(?:min(?:ute)?s?|minutos?)(?: (?:read|de lectura|de leitura))?",
    r"\d{1,4}\s(?:shares?|views?|comments?|likes?|comentarios?|vistas?|compartidos?|visualizacoes|compartilhamentos)",
    r"social media auto publish powered by.*",
    r"(?:this (?:site|website)|we|este sitio|nosotros|este site|utilizamos|usamos)\b.{0,40}\bcookies\b.{0,300}",
    r"(?:click|tap|haga clic|haz clic|pulse|clique) (?:here|aqui|to|para)\b.{0,120}",
    r"(?:getting your|audio player|escucha este articulo|listen to this article).{0,80}",
    r"(?:home|inicio|portada)(?:\s?[>»/›|]\s?.{1,80})+",
    r"\W{0,3}(?:https?://|www\.)\S{1,300}",
)
_DROPPED = re.compile("^(?:" + "|".join(_DROPPED_SHAPES) + ")$")
_DATE_LINE = re.compile(r"^[\w\s,.:/|·•–\-+()áéíóúçãºª°]{6,90}$")
_SENTENCE_END = re.compile(r"(?<!\.\.)[.!?][\"'”’»)\]]*$")
_LINE = re.compile(r"[^\n]+")
_WORDS = re.compile(r"[^\w@&/'-]+")

LONG_SHAPE = 420
"""Lines longer than this are paragraphs and are never furniture, in characters."""

CLOSING_SHARE = 0.4
"""A closing heading ends the article only after this share of the page's text; before, it heads a box within it."""

TEASER = 80
"""Lines behind a box's heading belong to it when they are shorter than this, in characters, or no whole sentence."""

LONG_TEASER, LONG_HEADING = 200, 120
"""Lines of at least this many characters are no teaser, and no heading of questions."""

REPEATED = 40
"""Lines of at least this many characters are kept once."""


def key(line: str) -> str:
    """`line` folded, with everything but words gone: what the tables are matched with."""
    return _WORDS.sub(" ", folded(line)).strip()


def is_furniture(line: str) -> bool:
    """Whether the whole line is furniture: a share bar, an advertisement mark, a credit, an invitation to subscribe."""
    if len(line) > LONG_SHAPE:
        return False
    words = key(line)
    return not words or words in DROPPED or bool(_DROPPED.match(" ".join(folded(line).split()).strip(" .!*•-–—")))


def is_closing(line: str) -> bool:
    """Whether the line is a heading after which other articles or readers' comments follow."""
    return _heading(line) in CLOSING


def _heading(line: str) -> str:
    return key(line).replace("'", "").strip(" :-/") if len(line) <= 60 else ""


def is_date_line(line: str) -> bool:
    """Whether the line holds a date, perhaps with a signature, and nothing else."""
    if len(line) > 110 or not any(map(str.isdigit, line)) or not (_DATE_LINE.match(line) or byline(line)):
        return False
    return len(line.split()) <= 14 and read_date(line) is not None


def clean(lines: Sequence[str], title: str) -> list[str]:
    """The article's own lines, in order: furniture, headline repeats, recaps and what follows the article removed."""
    present = [" ".join(line.split()) for line in lines]
    cut = _before_the_end([line for line in present if line])
    kept, seen, headline = [], set[str](), key(title)
    for line in cut:
        words = key(line) if len(line) <= LONG_SHAPE else line
        if is_furniture(line) or _repeats(words, headline) or (len(line) >= REPEATED and words in seen):
            continue
        seen.add(words)
        kept.append(line)
    return _without_credits(_without_recap(kept))


def _before_the_end(lines: list[str]) -> list[str]:
    """Lines up to the heading that closes the article; boxes of links before it lose their lines only."""
    total, before, kept, in_box = sum(map(len, lines)), 0, [], False
    for line in lines:
        heading = _heading(line)
        if heading in CLOSING and before >= CLOSING_SHARE * total:
            break
        if heading in CLOSING or heading in BOXES:
            in_box = True
            continue
        in_box = in_box and (len(line) < TEASER or not _SENTENCE_END.search(line))
        before += len(line)
        if not in_box:
            kept.append(line)
    return kept


def asides(text: str) -> list[tuple[int, int]]:
    """Spans of a text's lines that are not its story: headings of boxes with their teasers, invitations to read more,
    question-and-answer recaps. For texts that reach a reader uncleaned; cheap where every line is a paragraph."""
    lines = [(found.start(), found.end(), found[0].strip()) for found in _LINE.finditer(text)]
    spans: list[tuple[int, int]] = []
    in_box = False
    for number, (start, end, line) in enumerate(lines):
        if len(line) >= LONG_TEASER or _SENTENCE_END.search(line):
            in_box = in_box and len(line) < TEASER
        elif len(line) < LONG_HEADING and QUESTIONS.match(key(line)) and _asks(lines, number + 1):
            return [*spans, (start, len(text))]
        else:
            heading = _heading(line)
            in_box = in_box or heading in CLOSING or heading in BOXES
            if not in_box and is_furniture(line):
                spans.append((start, end))
        if in_box:
            spans.append((start, end))
    return spans


def _asks(lines: list[tuple[int, int, str]], number: int) -> bool:
    return number < len(lines) and lines[number][2].endswith("?")


def _repeats(words: str, headline: str) -> bool:
    """Whether a line is the headline again, alone or behind the names of the sections it stands in."""
    if not headline or len(words) < len(headline) or len(words) > len(headline) + 60:
        return False
    return words == headline or (len(headline) >= 20 and (words.endswith(headline) or words.startswith(headline)))


def _without_recap(lines: list[str]) -> list[str]:
    for number, line in enumerate(lines[:-1]):
        if len(line) < 120 and QUESTIONS.match(key(line)) and lines[number + 1].endswith("?"):
            return lines[:number]
    return lines


def _without_credits(lines: list[str]) -> list[str]:
    """Lines without the signature and date that stand first or last."""
    kept = list(lines)
    while kept and (byline(kept[-1]) or is_date_line(kept[-1])):
        kept.pop()
    while kept and (byline(kept[0]) or is_date_line(kept[0])):
        kept.pop(0)
    return kept
