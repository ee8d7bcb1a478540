"""Joins ports of the loopback, which nobody outside of the instance reaches, to sockets in its files, and the other way."""

import os
import socket
import subprocess
import threading

DOORS = "/var/lib/stand-ins/doors"
BLOCK = 1 << 16


def open_all(ports):
    """`out:PORT` for what the instance reaches by its own loopback, `in:PORT` for what is reached on it."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    for direction, port in (each.split(":") for each in ports):
        door = f"{DOORS}/{port}"
        inside = ("127.0.0.1", int(port))
        if direction == "out":
            listener = socket.create_server(inside, backlog=64)
            _accept(listener, socket.AF_UNIX, door)
        else:
            listener = socket.socket(socket.AF_UNIX)
            listener.bind(door)
            os.chmod(door, 0o777)
            listener.listen(64)
            _accept(listener, socket.AF_INET, inside)


def _accept(listener, family, address):
    def accept():
        while True:
            near, _ = listener.accept()
            threading.Thread(target=_join, args=(near, family, address), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()


def _join(near, family, address):
    far = socket.socket(family)
    try:
        far.connect(address)
    except OSError:
        near.close()
        return
    back = threading.Thread(target=_copy, args=(far, near), daemon=True)
    back.start()
    _copy(near, far)
    back.join()
    near.close()
    far.close()


def _copy(source, target):
    """To the end of what the source sends; the other direction may go on."""
    try:
        while block := source.recv(BLOCK):
            target.sendall(block)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        # Either has gone away, and so the other has nobody to speak to.
        for end in (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
