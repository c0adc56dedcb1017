"""aiosip 0.2.0 as a guest: it sends one request and prints what it was answered, as JSON.

Run with the interpreter of an environment that holds aiosip:
``python aiosip_peer.py METHOD LOCAL_PORT REMOTE_PORT TEXT``. The shim gives back the names that
Python 3.10 and 3.11 took away from under it; nothing else of it is changed.
"""

import asyncio
import collections
import collections.abc
import json
import sys
import types


def shim() -> None:
    for name in ("MutableMapping", "Mapping", "Callable", "Sequence"):
        if not hasattr(collections, name):
            setattr(collections, name, getattr(collections.abc, name))
    if not hasattr(asyncio, "coroutine"):
        asyncio.coroutine = types.coroutine  # type: ignore[attr-defined]


async def ask(method: str, local: int, remote: int, text: str) -> dict[str, object]:
    import aiosip

    app = aiosip.Application(loop=asyncio.get_running_loop())
    dialog = await app.start_dialog(
        from_uri=f"sip:guest@127.0.0.1:{local}", to_uri=f"sip:lab@127.0.0.1:{remote}"
    )
    answer = await asyncio.wait_for(dialog.send_message(method, payload=text), 10)
    return {"status": answer.status_code, "server": answer.headers.get("Server", "")}


if __name__ == "__main__":
    shim()
    method, local, remote, text = sys.argv[1:]
    print(json.dumps(asyncio.run(ask(method, int(local), int(remote), text))))
