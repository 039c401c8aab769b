"""Kills a server when its starter dies, on systems without a parent-death signal. Argument: the server's pid.

Its standard input is a pipe whose other end only the starter holds: end of file means the starter is gone.
Run as a script by `newswatch.embedded.process`, never imported.
"""

import contextlib
import os
import signal
import sys

if __name__ == "__main__":
    sys.stdin.buffer.read()
    with contextlib.suppress(ProcessLookupError):
        os.kill(int(sys.argv[1]), signal.SIGKILL)
