"""How a test's own asyncio server stops taking connections."""

import asyncio


async def stop_listening(server: asyncio.Server) -> None:
    """Closes `server` when every connection taken has begun.

    Python 3.11 loses the transport of one that has not, and the garbage collector complains of it in some later test.
    """
    for listener in server.sockets:
        asyncio.get_running_loop().remove_reader(listener.fileno())
    for _ in range(3):
        await asyncio.sleep(0)
    server.close()
