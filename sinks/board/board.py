"""What every page has at hand, made once a process."""

import threading
from dataclasses import dataclass, field

from newswatch.settings import Settings
from sinks.board.access import Sessions
from sinks.board.actions import Actions
from sinks.board.flow_state import FlowReader
from sinks.board.follower import Follower
from sinks.board.overview import Overview
from sinks.board.reading import Index
from sinks.board.ring import Ring
from sinks.board.stream import Audience


@dataclass(slots=True, kw_only=True)
class Board:
    """Settings, the index, the live ring with its audience, the state of the flow, and people's actions."""

    settings: Settings
    index: Index
    overview: Overview
    flow: FlowReader
    ring: Ring
    audience: Audience
    follower: Follower
    actions: Actions
    sessions: Sessions
    stop: threading.Event = field(default_factory=threading.Event)

    @property
    def guarded(self) -> bool:
        """Whether people log in."""
        return bool(self.settings.board.token.get_secret_value() or self.settings.board.proxy_header)
