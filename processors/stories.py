"""Stories of one watch: which articles tell of the same happening. Pure; the stage around it keeps the memory."""

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from newswatch.identity import digest
from newswatch.records.article import Article
from newswatch.records.story import Story, StoryMember
from newswatch.records.tracked import TrackedArticle


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """An article's place: the record to send on, and the stories it changed (empty when it was known already)."""

    tracked: TrackedArticle
    changed: tuple[Story, ...]


class StoryBook:
    """The live stories of one input partition."""

    def __init__(self, stories: Iterable[Story] = ()) -> None:
        self._stories: dict[str, Story] = {}
        self._by_article: dict[tuple[str, str], str] = {}
        self._by_content: dict[tuple[str, str], str] = {}
        for story in stories:
            self.remember(story)

    def __len__(self) -> int:
        return len(self._stories)

    def remember(self, story: Story) -> None:
        """Takes a story's newest state."""
        self._stories[story.story_id] = story
        for member in story.members:
            self._by_article[story.watch, member.article_id] = story.story_id
            self._by_content[story.watch, member.content_hash] = story.story_id

    def join(self, article: Article, watch: str, *, offset: int, generation: int) -> Joined:
        """Where `article` belongs. Changes nothing; the same stories and article give the same answer."""
        known = self._by_article.get((watch, article.article_id))
        same = self._by_content.get((watch, article.content_hash))
        story_id = known or same or digest("story", watch, article.article_id)
        before = self._stories.get(story_id)
        member = _member(article, before)
        after = _with(before, member, article, watch, story_id, offset, generation)
        changed = () if before is not None and member in before.members else (after,)
        return Joined(tracked=_tracked(article, watch, after, member), changed=changed)


def _member(article: Article, story: Story | None) -> StoryMember:
    origin = (
        next((m for m in story.members if m.content_hash == article.content_hash and m.copy_of is None), None)
        if story
        else None
    )
    copy_of = origin.article_id if origin and origin.article_id != article.article_id else None
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
        copy_of=copy_of,
        published=article.published,
    )


def _with(
    before: Story | None, member: StoryMember, article: Article, watch: str, story_id: str, offset: int, generation: int
) -> Story:
    if before is None:
        return Story(
            story_id=story_id,
            watch=watch,
            title=article.title,
            first_seen=article.first_seen,
            last_seen=article.first_seen,
            applied_offset=offset,
            generation=generation,
            members=(member,),
            countries=article.countries,
        )
    members = (*(m for m in before.members if m.article_id != member.article_id), member)
    return msgspec.structs.replace(
        before,
        members=members,
        first_seen=min(before.first_seen, article.first_seen),
        last_seen=max(before.last_seen, article.first_seen),
        applied_offset=offset,
        generation=generation,
        countries=tuple(dict.fromkeys((*before.countries, *article.countries))),
        independent_sources=_independent(members),
    )


def _independent(members: tuple[StoryMember, ...]) -> int:
    return len({m.owner or m.source or m.article_id for m in members if m.copy_of is None}) or 1


def _tracked(article: Article, watch: str, story: Story, member: StoryMember) -> TrackedArticle:
    return TrackedArticle(
        article=article,
        watch=watch,
        story_id=story.story_id,
        story_title=story.title,
        copy_of=member.copy_of,
        copy_kind="exact" if member.copy_of else None,
        independent_sources=story.independent_sources,
        story_articles=len(story.members),
        event_ids=tuple(event.event_id for event in article.events),
        story_first_seen=story.first_seen.isoformat(),
    )
