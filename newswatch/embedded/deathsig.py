"""Becomes another program that the kernel kills when its parent dies (Linux). Arguments: the parent's pid, the command.

Run as a script by `newswatch.embedded.process`, never imported: it keeps the pid, so the parent holds the real server.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1  # linux/prctl.h

if __name__ == "__main__":
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) != 0:
        sys.exit("prctl(PR_SET_PDEATHSIG) was refused")
    if os.getppid() != int(sys.argv[1]):  # the parent died before the request above
        sys.exit("the parent is gone")
    os.execv(sys.argv[2], sys.argv[2:])
