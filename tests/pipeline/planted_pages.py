"""Functions a test plants in the pool's processes in place of extraction: pages that hang, crash or eat memory."""

import os
import re
import time
from pathlib import Path

STUBBORN = re.compile(r"(a+)+$")


def hang(_: bytes) -> None:
    """Never ends, in Python."""
    while True:
        time.sleep(0.01)


def hang_in_c(_: bytes) -> bool:
    """Does not end for ages, inside one call of the regular expression engine, where no signal handler runs."""
    return bool(STUBBORN.match("a" * 48 + "b"))


def crash(_: bytes) -> None:
    """Ends its process."""
    os._exit(3)


def hog(_: bytes) -> int:
    """Asks for eight gigabytes."""
    return len(bytearray(8 * 1024**3))


def stumble(_: bytes) -> None:
    """Has a bug."""
    raise ValueError("a planted bug")


def crash_once(marker: str) -> str:
    """Ends its process the first time, answers the second."""
    if not Path(marker).exists():
        Path(marker).touch()
        os._exit(3)
    return "answered"


def size(data: bytes) -> int:
    """How many bytes came in."""
    return len(data)


def process(_: bytes) -> int:
    """Which process this is."""
    time.sleep(0.05)
    return os.getpid()


REFUSING = "this process refuses to start"


def refuse() -> None:
    """Fails while a process prepares."""
    raise RuntimeError(REFUSING)
