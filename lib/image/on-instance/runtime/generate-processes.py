#!/usr/bin/python3 -EsB
"""A systemd generator (systemd.generator(7)): one instance of inference-runtime@.service for each process.

generate-processes NORMAL [EARLY LATE [ROOT]]

It runs at every boot and daemon-reload, before any unit starts, and so needs nothing but /sys and /etc.
"""

import os
import sys

from process_layout import read_layout

TEMPLATE = "/etc/systemd/system/inference-runtime@.service"


def drop_in(process):
    lines = [
        "[Service]",
        f"AllowedCPUs={process['INFERENCE_CPUS']}",
        f"AllowedMemoryNodes={process['INFERENCE_NODES']}",
        *(f"Environment={name}={value}" for name, value in process.items()),
    ]
    return "\n".join(lines) + "\n"


def generate(directory, layout):
    wants = os.path.join(directory, "inference-runtime.target.wants")
    os.makedirs(wants, exist_ok=True)
    for process in layout:
        unit = f"inference-runtime@{process['INFERENCE_PROCESS']}.service"
        os.symlink(TEMPLATE, os.path.join(wants, unit))
        os.makedirs(os.path.join(directory, f"{unit}.d"), exist_ok=True)
        with open(os.path.join(directory, f"{unit}.d", "50-placement.conf"), "w", encoding="ascii") as file:
            file.write(drop_in(process))


if __name__ == "__main__":
    generate(sys.argv[1], read_layout(*sys.argv[4:]))
