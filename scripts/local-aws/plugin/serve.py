"""Serves the local AWS on a free loopback port until its standard input closes.

Usage: serve.py SCHEMAS ENDPOINT, where SCHEMAS is the resource schema file to read and ENDPOINT the file to write
`{"port": n, "processId": n}` to once the port is bound; the directory of ENDPOINT is removed at the end.
"""

import json
import os
import shutil
import signal
import socket
import sys
import threading
import time


def bind_loopback() -> socket.socket:
    """Lets the kernel choose the port and keeps it, so that instances side by side never race for one."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.bind(("127.0.0.1", 0))
    listener.listen(128)
    return listener


def end_with_parent(directory: str) -> None:
    """Ends the whole process group when the parent closes its end of standard input, as it does even by dying.

    Then nobody is left to remove the scratch directory, so that is done here too.
    """

    def watch() -> None:
        while sys.stdin.buffer.read(4096):
            continue
        shutil.rmtree(directory, ignore_errors=True)
        os.killpg(os.getpgrp(), signal.SIGTERM)
        time.sleep(5)
        os.killpg(os.getpgrp(), signal.SIGKILL)

    threading.Thread(target=watch, name="end-with-parent", daemon=True).start()


def publish(path: str, port: int) -> None:
    """Writes the endpoint file in one step, so that a reader never sees half of it."""
    partial = f"{path}.partial"
    with open(partial, "w", encoding="utf-8") as file:
        json.dump({"port": port, "processId": os.getpid()}, file)
    os.replace(partial, path)


def main() -> None:
    schemas, endpoint = sys.argv[1:3]
    end_with_parent(os.path.dirname(endpoint))
    listener = bind_loopback()
    port = listener.getsockname()[1]
    # ministack reads its own port while it is imported, to put it into the URLs it hands out.
    os.environ["GATEWAY_PORT"] = str(port)

    import asyncio

    from hypercorn.asyncio import serve
    from hypercorn.config import Config
    from ministack import app as ministack

    import failures
    import group_hooks
    import image_builds
    import public_parameters
    import read_back
    import recorded_resources

    public_parameters.install()
    group_hooks.install()
    recorder = recorded_resources.install(schemas)
    application = read_back.wrap(image_builds.wrap(failures.wrap(ministack.app)), recorder)

    config = Config()
    config.bind = [f"fd://{listener.fileno()}"]
    config.graceful_timeout = 1
    publish(endpoint, port)
    asyncio.run(serve(application, config))


if __name__ == "__main__":
    main()
