"""An article as a member of a story: whose text it is, of whom it is a copy; how a story's members are kept few."""

from urllib.parse import urlsplit

import msgspec

from newswatch.records.article import Article
from newswatch.records.story import Story, StoryMember
from processors.storytelling.credits import credited, source_key
from processors.storytelling.features import Features
from processors.storytelling.sketch import to_text
from processors.storytelling.views import pack

TELLING = 8
"""Members that stand for a story in comparisons: the first half of them the earliest, the other the newest."""

SKETCHED = 40
"""Newest originals whose sketch is kept."""

FIRST, NEWEST = 20, 60
"""Members kept in full: the earliest and the newest; of those between only the ids."""

OLDER = 600
"""Ids kept of members between."""

SOURCES = 500
"""Origins kept by name; a story with more is widely told."""


def make_member(article: Article, features: Features, sketch: tuple[int, ...]) -> StoryMember:
    """The article as an original."""
    credit = credited(article.text, article.source)
    return StoryMember(
        article_id=article.article_id,
        content_hash=article.content_hash,
        title=article.title,
        url=article.url,
        first_seen=article.first_seen,
        language=article.language,
        source=article.source,
        source_country=article.source_country,
        owner=article.source_owner,
        credit=credit,
        origin=_origin(article, credit),
        published=article.published,
        terms=pack(features),
        signature=to_text(sketch),
    )


def _origin(article: Article, credit: str | None) -> str:
    named = credit or article.source_owner or article.source
    return source_key(named) if named else urlsplit(article.url).hostname or article.article_id


def as_copy(member: StoryMember, original: StoryMember, kind: str) -> StoryMember:
    """The member as a copy of an original: it speaks for nobody else and is not compared with."""
    return msgspec.structs.replace(
        member, copy_of=original.article_id, copy_kind=kind, origin=original.origin, terms=None, signature=None
    )


def is_origin(member: StoryMember, present: StoryMember) -> bool:
    """Whether a newcomer, and not the member it shares its text with, is where the text comes from.

    Attribution decides first: the one whose outlet the other credits, then one that credits nobody else; then the
    earlier publication; then who was seen first.
    """
    new, old = _outlet(member), _outlet(present)
    if present.credit and source_key(present.credit) == new:
        return True
    if member.credit and source_key(member.credit) == old:
        return False
    if member.published and present.published and member.credit == present.credit:
        return member.published < present.published
    return False


def _outlet(member: StoryMember) -> str:
    return source_key(member.source) if member.source else ""


def with_member(members: tuple[StoryMember, ...], member: StoryMember) -> tuple[StoryMember, ...]:
    """The members with one more, or with its newer state in its old place."""
    if any(one.article_id == member.article_id for one in members):
        return tuple(member if one.article_id == member.article_id else one for one in members)
    return (*members, member)


def led_by(
    members: tuple[StoryMember, ...], origin: StoryMember, former: StoryMember, kind: str
) -> tuple[StoryMember, ...]:
    """The members after `origin` turned out to be the source of `former` and of its copies."""
    changed = []
    for one in members:
        if one.article_id == former.article_id:
            changed.append(as_copy(one, origin, kind))
        elif one.copy_of == former.article_id:
            changed.append(as_copy(one, origin, one.copy_kind or kind))
        else:
            changed.append(one)
    return tuple(changed)


def kept(members: tuple[StoryMember, ...]) -> tuple[tuple[StoryMember, ...], tuple[str, ...]]:
    """The members a record keeps, lightened, and the ids of those it lets go."""
    gone: tuple[str, ...] = ()
    if len(members) > FIRST + NEWEST:
        gone = tuple(one.article_id for one in members[FIRST:-NEWEST])
        members = members[:FIRST] + members[-NEWEST:]
    telling = [number for number, one in enumerate(members) if one.terms]
    silent = set(telling[TELLING // 2 : -TELLING // 2]) if len(telling) > TELLING else set()
    sketched = [number for number, one in enumerate(members) if one.signature]
    plain = set(sketched[:-SKETCHED])
    return tuple(_lightened(one, number in silent, number in plain) for number, one in enumerate(members)), gone


def _lightened(member: StoryMember, silent: bool, plain: bool) -> StoryMember:
    if not silent and not plain:
        return member
    return msgspec.structs.replace(
        member, terms=None if silent else member.terms, signature=None if plain else member.signature
    )


def sources_of(story: Story | None, members: tuple[StoryMember, ...]) -> tuple[str, ...]:
    """The origins of a story: of its originals, and of those let go before."""
    found = dict.fromkeys(one.origin for one in members if one.copy_of is None)
    if story is not None and story.older:
        found = dict.fromkeys((*story.sources, *found))
    return tuple(found)[:SOURCES]
