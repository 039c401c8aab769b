"""What is furniture, and what of a page's lines stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.extraction import furniture

LONG = "The ministers agreed on Tuesday to open two more crossings and to publish the list of permits every month. "
P1, P2, P3 = LONG, LONG.replace("Tuesday", "Wednesday"), LONG.replace("Tuesday", "Friday")


@pytest.mark.parametrize(
    "line",
    [
        "Share",
        "COMPARTIR",
        "Compartilhar",
        "spot_img",
        "Description not available",
        "© 2026 Some Paper",
        "Advertisement",
        "Read more: Ten soups for a cold week",
        "Lea también: Sube el pasaje",
        "LEIA TAMBÉM: Conta de luz sobe",
        "Foto: EFE/archivo",
        "Follow us on Instagram",
        "Síguenos en nuestro canal de WhatsApp",
        "5 min read",
        "12 comentarios",
        "Reporting by A Person; editing by B Person",
        "Etiquetas: Cuba, Venezuela",
        "Todos los derechos reservados.",
        "• • •",
        "Sign up for our newsletter",
        "Home > World > Americas",
        "https://paper.example/a",
        "Publicidade",
        "Please enter your comment!",
    ],
)
def test_page_furniture_is_known_in_three_languages(line: str) -> None:
    assert furniture.is_furniture(line)


@pytest.mark.parametrize(
    "line",
    [
        "Share prices fell in Caracas.",
        "Unprecedented Oil Cooperation",
        "Información de inteligencia llevó al arresto.",
        "Related parties have thirty days to object.",
        "Video shows the moment of the raid.",
        LONG,
        "He said: “We will not leave.”",
        "Foto histórica: los dos presidentes se dieron la mano",
        "Comparte el Nobel con dos economistas.",
    ],
)
def test_sentences_are_no_furniture(line: str) -> None:
    assert not furniture.is_furniture(line)


@pytest.mark.parametrize(
    ("lines", "kept"),
    [
        pytest.param([P1, P2, "RELATED ARTICLES", P3], [P1, P2], id="what follows the closing heading is gone"),
        pytest.param(
            [P1, "Te puede interesar", "Otra nota", P2], [P1, P2], id="a box in the middle loses its lines only"
        ),
        pytest.param(["RELATED ARTICLES", "One", P1, P2], [P1, P2], id="a heading before the text closes nothing"),
        pytest.param([P1, P1, P2], [P1, P2], id="a paragraph stands once"),
        pytest.param(["The title of this page", P1], [P1], id="the headline is not repeated"),
        pytest.param(["HomeNewsThe title of this page", P1], [P1], id="nor behind its sections"),
        pytest.param(
            ["By Ana Pérez", "9 January 2026", P1, "Por Ana Pérez"], [P1], id="signature and date are no text"
        ),
        pytest.param([P1, "Key Questions about it", "Why?", P2], [P1], id="the recap of questions is gone"),
        pytest.param([P1, "Questions remain", P2], [P1, "Questions remain", P2], id="a heading that is no recap stays"),
        pytest.param([], [], id="nothing stays nothing"),
    ],
)
def test_the_article_keeps_its_own_lines(lines: list[str], kept: list[str]) -> None:
    assert furniture.clean(lines, "The title of this page") == [line.strip() for line in kept]


@pytest.mark.parametrize(
    ("lines", "beside"),
    [
        pytest.param([P1, P2], [], id="paragraphs are the story"),
        pytest.param(
            [P1, "Related Articles", "A cat is freed", "Rain in Rome", P2], [1, 2, 3], id="a box and its teasers"
        ),
        pytest.param([P1, "Lea también: Llueve en Roma", P2], [1], id="an invitation to read more"),
        pytest.param([P1, "Key Questions about it", "Why?", P2], [1, 2, 3], id="a recap of questions, to the end"),
    ],
)
def test_lines_beside_the_story(lines: list[str], beside: list[int]) -> None:
    text = "\n".join(lines)
    spans = furniture.asides(text)
    starts = [sum(len(line) + 1 for line in lines[:number]) for number in range(len(lines))]
    assert [at for at, start in enumerate(starts) if any(one <= start < other for one, other in spans)] == beside


@given(st.lists(st.text(max_size=200), max_size=12), st.text(max_size=60))
def test_cleaning_invents_nothing_and_repeats_itself(lines: list[str], title: str) -> None:
    once = furniture.clean(lines, title)
    assert set(once) <= {" ".join(line.split()) for line in lines}
    assert set(furniture.clean(once, title)) <= set(once)
