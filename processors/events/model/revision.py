"""What a loaded model makes of a sentence's drafts: first their parties, then their status."""

from functools import lru_cache

from processors.events.clause import Clause
from processors.events.drafts import Draft
from processors.events.model.parties import PartyModel
from processors.events.model.statuses import StatusModel
from processors.events.model.weights import Model
from processors.events.reading import Revise


@lru_cache(maxsize=8)
def reviser(model: Model) -> Revise:
    """What `revise` of a loaded model is."""
    parties, statuses = PartyModel(model), StatusModel(model)

    def revise(clause: Clause, drafts: list[Draft]) -> None:
        parties.revise(clause, drafts)
        statuses.revise(clause, drafts)

    return revise
