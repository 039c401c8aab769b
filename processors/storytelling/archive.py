"""Stories past their window: out of the comparisons, but found again by an article's id or its exact content."""

import zlib
from collections.abc import Iterator
from datetime import datetime

import msgspec

from newswatch.records.story import Story

_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Story)


class Archive:
    """Closed stories of a watch, packed: about 200 bytes an article."""

    def __init__(self) -> None:
        self._packed: dict[str, tuple[datetime, bytes]] = {}
        self._keys: dict[str, list[str]] = {}

    def __len__(self) -> int:
        return len(self._packed)

    def __contains__(self, story_id: object) -> bool:
        return story_id in self._packed

    def put(self, story: Story) -> None:
        """A closed story's newest state."""
        self.drop(story.story_id)
        self._packed[story.story_id] = (story.last_seen, zlib.compress(_ENCODER.encode(story), 6))
        for key in _keys(story):
            self._keys.setdefault(key, []).append(story.story_id)

    def drop(self, story_id: str) -> None:
        """Forgets a story, if it is here."""
        if story_id not in self._packed:
            return
        for key in _keys(self.story(story_id)):
            left = self._keys[key]
            left.remove(story_id)
            if not left:
                del self._keys[key]
        del self._packed[story_id]

    def story(self, story_id: str) -> Story:
        """The story as it was closed. Raises KeyError."""
        return _DECODER.decode(zlib.decompress(self._packed[story_id][1]))

    def holding(self, article_id: str, content_hash: str) -> Story | None:
        """The story that holds this article, else one that holds its exact content."""
        for key in (article_id, "=" + content_hash):
            if self._keys.get(key):
                return self.story(min(self._keys[key]))
        return None

    def before(self, moment: datetime) -> Iterator[str]:
        """Ids of stories not seen since `moment`."""
        return (story_id for story_id, (last_seen, _) in self._packed.items() if last_seen < moment)


def _keys(story: Story) -> set[str]:
    own = {one.article_id for one in story.members} | set(story.older)
    return own | {"=" + one.content_hash for one in story.members}
