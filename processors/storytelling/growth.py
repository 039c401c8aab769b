"""A story before and after an article, a merge, its closing. Pure; offsets and generations are put in by the caller."""

import msgspec

from newswatch.records.article import Article
from newswatch.records.story import Story, StoryMember
from processors.storytelling.fusion import together
from processors.storytelling.kinds import Kind
from processors.storytelling.members import OLDER, kept, sources_of, with_member

COUNTRIES = 20


def begun(article: Article, watch: str, story_id: str, member: StoryMember, kind: Kind) -> Story:
    """A new story of one article."""
    return Story(
        story_id=story_id,
        watch=watch,
        title=article.title,
        first_seen=article.first_seen,
        last_seen=article.first_seen,
        applied_offset=-1,
        generation=0,
        members=(member,),
        countries=article.countries[:COUNTRIES],
        independent_sources=1,
        article_count=1,
        sources=(member.origin,),
        kind=kind.value,
    )


def grown(story: Story, article: Article, member: StoryMember, members: tuple[StoryMember, ...]) -> Story:
    """The story with an article more, or with a newer state of one. `members` are the present ones, origins settled."""
    known = any(one.article_id == member.article_id for one in story.members)
    after = remembered(story, with_member(members, member))
    return msgspec.structs.replace(
        after,
        first_seen=min(story.first_seen, article.first_seen),
        last_seen=max(story.last_seen, article.first_seen),
        countries=tuple(dict.fromkeys((*story.countries, *article.countries)))[:COUNTRIES],
        article_count=story.article_count + (not known),
        closed=False,
    )


def remembered(story: Story, members: tuple[StoryMember, ...]) -> Story:
    """The story with these members, as many as a record keeps, and its sources counted."""
    few, gone = kept(members)
    sources = sources_of(story, members)
    return msgspec.structs.replace(
        story,
        members=few,
        older=(*story.older, *gone)[-OLDER:],
        sources=sources,
        independent_sources=max(1, len(sources)),
    )


def closed(story: Story) -> Story:
    """The story as it is kept after its window: without what only serves to compare."""
    members = tuple(msgspec.structs.replace(one, terms=None, signature=None) for one in story.members)
    return msgspec.structs.replace(story, members=members, closed=True, split_from=None)


def absorbed(story: Story, into: Story) -> Story:
    """The story marked as merged into another, else as it was: if the other's record is never written, it is again."""
    return msgspec.structs.replace(story, merged_into=into.story_id, closed=True)


def merged(into: Story, other: Story) -> Story:
    """One story of two: the earlier one with the other's articles and its id as an alias."""
    members = tuple(sorted((*into.members, *other.members), key=lambda one: (one.first_seen, one.article_id)))
    whole = msgspec.structs.replace(
        into,
        older=(*into.older, *other.older)[-OLDER:],
        sources=tuple(dict.fromkeys((*into.sources, *other.sources))),
        first_seen=min(into.first_seen, other.first_seen),
        last_seen=max(into.last_seen, other.last_seen),
        countries=tuple(dict.fromkeys((*into.countries, *other.countries)))[:COUNTRIES],
        article_count=into.article_count + other.article_count,
        events=together(into.events, other.events),
        aliases=(*into.aliases, other.story_id, *other.aliases),
        follows=tuple(
            one for one in dict.fromkeys((*into.follows, *other.follows)) if one not in (into.story_id, other.story_id)
        ),
    )
    return remembered(whole, members)
