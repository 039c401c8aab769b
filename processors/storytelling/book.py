"""The stories of one input partition: where an article belongs and what becomes of its story."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import msgspec

from newswatch.identity import digest
from newswatch.records.article import Article
from newswatch.records.story import Story, StoryMember
from newswatch.records.tracked import TrackedArticle
from processors.storytelling import growth
from processors.storytelling.closing import Leaving, leaving
from processors.storytelling.features import features
from processors.storytelling.fusion import fused
from processors.storytelling.index import CANDIDATES, WORTH
from processors.storytelling.kinds import Kind, kind_of
from processors.storytelling.likeness import Asked, Likeness, likeness
from processors.storytelling.live import LiveStories
from processors.storytelling.members import as_copy, is_origin, led_by, make_member
from processors.storytelling.placing import ALIKE, Place, Why, place
from processors.storytelling.sketch import COPIED, containment, from_text, sketch
from processors.storytelling.splitting import parted
from processors.storytelling.views import unpack, weighed


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """An article's place: the record to send on, and the stories it changed.

    `changed` is to be written in order, the last one after the others are acknowledged: it alone carries the message's
    offset and puts the others in force. `forgotten` are ids of stories whose records are to be deleted, before that.
    """

    tracked: TrackedArticle
    changed: tuple[Story, ...]
    why: Why
    forgotten: tuple[str, ...] = ()


class StoryBook:
    """The live stories of one input partition, by watch."""

    def __init__(self, stories: Iterable[Story] = ()) -> None:
        self._watches: dict[str, LiveStories] = {}
        for story in stories:
            self.remember(story)

    def __len__(self) -> int:
        return sum(len(live.stories) for live in self._watches.values())

    def stories(self) -> Iterator[Story]:
        """The open stories."""
        return (story for live in self._watches.values() for story in live.stories.values())

    def remember(self, story: Story) -> None:
        """Takes a story's newest state."""
        self._live(story.watch).take(story)

    def forget(self, watch: str, story_id: str) -> None:
        """A story's record was deleted."""
        self._live(watch).forget(story_id)

    def join(self, article: Article, watch: str, *, offset: int, generation: int) -> Joined:
        """Where `article` belongs. Changes nothing; the same stories and article give the same answer."""
        live = self._live(watch)
        known = live.of_article(article.article_id) or live.archive.holding(article.article_id, article.content_hash)
        if known is not None and _unchanged(known, article):
            gone = leaving(live, offset, frozenset({known.story_id}))
            event_ids = tuple(event.event_id for event in article.events)
            return _joined(article, watch, known, gone, (), Why.KNOWN, event_ids)
        changed, why = _placed(live, article, watch, known)
        *others, story = changed
        touched = frozenset(one.story_id for one in changed)
        member = next(one for one in story.members if one.article_id == article.article_id)
        told = fused(story, article, member, lambda event: live.telling(event, article.first_seen, touched))
        others = [_written(one, generation) for one in (*others, *told.others)]
        story = weighed(_written(told.story, generation, offset), article.article_id, live.terms.rarity)
        *others, story = (*others, *_parted(live, story, article.article_id))
        gone = leaving(live, offset, frozenset(one.story_id for one in (*others, story)))
        return _joined(article, watch, story, gone, (*others, story), why, told.event_ids)

    def _live(self, watch: str) -> LiveStories:
        return self._watches.setdefault(watch, LiveStories())


def _written(story: Story, generation: int, offset: int | None = None) -> Story:
    applied = story.applied_offset if offset is None else offset
    return msgspec.structs.replace(
        story,
        generation=generation,
        applied_offset=applied,
        split_from=None if offset is not None else story.split_from,
    )


def _parted(live: LiveStories, story: Story, article_id: str) -> tuple[Story, ...]:
    """The story, after the part that turned out to be another if there is one."""
    before = live.stories.get(story.story_id)
    found = parted(story, article_id, live.terms.rarity) if before is not None else None
    if before is None or found is None:
        return (story,)
    whole, part = found
    return msgspec.structs.replace(part, applied_offset=before.applied_offset), whole


def _unchanged(story: Story, article: Article) -> bool:
    """Whether the story has the article already, as it is."""
    if article.article_id in story.older:
        return True
    return any(
        (one.article_id, one.content_hash) == (article.article_id, article.content_hash) for one in story.members
    )


def _placed(live: LiveStories, article: Article, watch: str, known: Story | None) -> tuple[list[Story], Why]:
    """The stories changed, the article's own last."""
    kind = kind_of(article.title, article.text)
    marks = sketch(article.text)
    found = features(article)
    member = make_member(article, found, marks)
    original, copy_kind = _original(live, article, known, marks)
    if original is not None:
        story = live.of_article(original.article_id) or known
        assert story is not None
        return [_with_copy(story, article, member, original, copy_kind)], Why(f"{copy_kind}-copy")
    if known is not None:
        return [growth.grown(known, article, member, known.members)], Why.REVISED
    asked = Asked(found, article.language, article.first_seen, kind, live.terms.rarity)
    decided = place(kind, _likenesses(live, asked))
    if decided.story_id is None:
        story = growth.begun(article, watch, _new_id(live, article, watch), member, kind)
        return [msgspec.structs.replace(story, follows=decided.follows)], decided.why
    *parts, whole = _tied(live, live.stories[decided.story_id], decided)
    return [*parts, growth.grown(whole, article, member, whole.members)], decided.why


def _new_id(live: LiveStories, article: Article, watch: str) -> str:
    """An id made of the article; of its words too when a story it began once keeps no id of it any more."""
    story_id = digest("story", watch, article.article_id)
    return digest("story", watch, article.article_id, article.content_hash) if live.knows(story_id) else story_id


def _tied(live: LiveStories, story: Story, decided: Place) -> list[Story]:
    """The story an article joins, merged with another that the same article fits when the two are alike."""
    for story_id in decided.ties:
        other = live.stories[story_id]
        if stories_alike(live, story.story_id, story_id) >= ALIKE:
            into, part = sorted((story, other), key=lambda one: (one.first_seen, one.story_id))
            return [growth.absorbed(part, into), growth.merged(into, part)]
    return [story]


def stories_alike(live: LiveStories, one: str, other: str) -> float:
    """The best log odds of a telling member of either story with the other story."""
    return max(
        likeness(
            Asked(unpack(telling.record), telling.language, view.last_seen, Kind.NEWS, live.terms.rarity), view
        ).odds
        for mine, view in ((live.view(one), live.view(other)), (live.view(other), live.view(one)))
        for telling in mine.telling
    )


def _original(
    live: LiveStories, article: Article, known: Story | None, marks: tuple[int, ...]
) -> tuple[StoryMember | None, str]:
    """The original whose text the article repeats, exactly or nearly; within its own story if it has one."""
    here = {one.article_id for one in known.members} if known else None
    same = live.same_content(article.content_hash) or _archived(known, article)
    if same is not None and (here is None or same.article_id in here):
        return (live.member(same.copy_of) or same if same.copy_of else same), "exact"
    best, share = None, COPIED
    for one in live.sketched(marks, article.first_seen):
        if one.article_id != article.article_id and one.signature and (here is None or one.article_id in here):
            found = containment(marks, from_text(one.signature))
            if found > share or (found == share and best is None):
                best, share = one, found
    return best, "near"


def _archived(known: Story | None, article: Article) -> StoryMember | None:
    """The member of a closed story with exactly this content."""
    members = known.members if known else ()
    return next(
        (m for m in members if m.content_hash == article.content_hash and m.article_id != article.article_id), None
    )


def _with_copy(story: Story, article: Article, member: StoryMember, original: StoryMember, kind: str) -> Story:
    if is_origin(member, original):
        return growth.grown(story, article, member, led_by(story.members, member, original, kind))
    return growth.grown(story, article, as_copy(member, original, kind), story.members)


def _likenesses(live: LiveStories, asked: Asked) -> list[Likeness]:
    found: list[Likeness] = []
    least = 0.0
    for story_id, weight in live.terms.likely(asked.weighted):
        if weight < least or len(found) == CANDIDATES:
            break
        if live.open_to(story_id, asked.seen):
            least = least or weight * WORTH
            found.append(likeness(asked, live.view(story_id)))
    return found


def _joined(
    article: Article,
    watch: str,
    story: Story,
    gone: Leaving,
    changed: tuple[Story, ...],
    why: Why,
    event_ids: tuple[str, ...],
) -> Joined:
    member = next((one for one in story.members if one.article_id == article.article_id), None)
    tracked = TrackedArticle(
        article=article,
        watch=watch,
        story_id=story.story_id,
        story_title=story.title,
        copy_of=member.copy_of if member else None,
        copy_kind=member.copy_kind if member else None,
        independent_sources=story.independent_sources,
        story_articles=story.article_count,
        event_ids=event_ids,
        story_first_seen=story.first_seen.isoformat(),
        story_aliases=tuple(ident for ident in (*story.aliases, story.split_from) if ident),
    )
    return Joined(tracked=tracked, changed=(*gone.closed, *changed), why=why, forgotten=gone.forgotten)
