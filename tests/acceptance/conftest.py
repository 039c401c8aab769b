"""Gold documents: the folder named by NEWSWATCH_ACCEPTANCE, else `shared` beside the checkout."""

import os
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
GOLD = Path(os.environ.get("NEWSWATCH_ACCEPTANCE") or CHECKOUT.parent / "shared")

collect_ignore_glob = [] if GOLD.is_dir() else ["test_*.py"]
