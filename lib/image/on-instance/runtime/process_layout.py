#!/usr/bin/python3 -EsB
"""The processes of the inference runtime on this instance, as JSON.

process_layout.py [ROOT]

How many there are, and on which cores, follows from the placement in /etc/graviton/runtime.json and from the online
CPUs and NUMA nodes that the kernel shows in /sys. No process crosses a node, and no CPU belongs to two.
"""

import json
import os
import re
import sys

SYSTEM = "sys/devices/system"
CONTRACT = "etc/graviton/runtime.json"


def parse_list(text):
    """Numbers of a kernel list such as 0-3,8."""
    numbers = []
    for part in filter(None, text.strip().split(",")):
        first, _, last = part.partition("-")
        numbers += range(int(first), int(last or first) + 1)
    return sorted(set(numbers))


def format_list(numbers):
    """A kernel list of numbers in ascending order."""
    ranges = []
    for number in numbers:
        if ranges and ranges[-1][1] == number - 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    return ",".join(f"{first}" if first == last else f"{first}-{last}" for first, last in ranges)


def read_list(*path):
    with open(os.path.join(*path), encoding="ascii") as file:
        return parse_list(file.read())


def read_nodes(root):
    """Online CPUs by the NUMA nodes that have any: pairs of a node's number and its CPUs."""
    online = read_list(root, SYSTEM, "cpu/online")
    directory = os.path.join(root, SYSTEM, "node")
    names = os.listdir(directory) if os.path.isdir(directory) else []
    numbers = sorted(int(name[4:]) for name in names if re.fullmatch(r"node\d+", name))
    nodes = [(node, set(read_list(directory, f"node{node}", "cpulist"))) for node in numbers]
    claimed = set().union(*(cpus for _, cpus in nodes))
    # A kernel without NUMA shows no nodes, and no node claims any CPU.
    nodes.append((0, set(online) - claimed))
    pairs = [(node, [cpu for cpu in online if cpu in cpus]) for node, cpus in nodes]
    return [(node, cpus) for node, cpus in pairs if cpus]


def split_evenly(items, parts):
    """Slices of neighbours whose lengths differ by one at most, the longer ones first."""
    size, longer = divmod(len(items), parts)
    starts = [part * size + min(part, longer) for part in range(parts + 1)]
    return [items[start:end] for start, end in zip(starts, starts[1:])]


def place(placement, nodes):
    """Pairs of CPUs and memory nodes, one for each process."""
    kind = placement["kind"]
    if kind == "single":
        return [(sorted(cpu for _, cpus in nodes for cpu in cpus), sorted({node for node, _ in nodes}))]
    if kind == "numa-node":
        return [(cpus, [node]) for node, cpus in nodes]
    if kind != "cores":
        raise ValueError(f"placement of kind {kind!r} in /{CONTRACT}, expected single, numa-node or cores")
    cores = placement["cores"]
    sets = []
    for node, cpus in nodes:
        parts = max(1, (2 * len(cpus) + cores) // (2 * cores))
        sets += [(part, [node]) for part in split_evenly(cpus, parts)]
    return sets


def read_contract(root):
    with open(os.path.join(root, CONTRACT), encoding="utf-8") as file:
        return json.load(file)


def read_layout(root="/"):
    """The environment of each process: variables by name, in the order of the processes."""
    contract = read_contract(root)
    single = contract["placement"]["kind"] == "single"
    return [
        {
            "INFERENCE_PROCESS": str(index),
            "INFERENCE_CPUS": format_list(cpus),
            "INFERENCE_NODES": format_list(nodes),
            "INFERENCE_THREADS": str(len(cpus)),
            "INFERENCE_HOST": "0.0.0.0" if single else "127.0.0.1",
            "INFERENCE_PORT": str(contract["firstProcessPort"] + index),
            "INFERENCE_SLOTS": str(contract["slotsPerProcess"]),
        }
        for index, (cpus, nodes) in enumerate(place(contract["placement"], read_nodes(root)))
    ]


if __name__ == "__main__":
    print(json.dumps(read_layout(*sys.argv[1:]), indent=2))
