#!/usr/bin/python3 -IB
"""Verifies the kernel bundles of this instance.

verify-kernels [--root DIRECTORY] [NAME ...]

Every bundle in /opt/graviton/kernels/NAME is compared with its manifest.json (each file's SHA-256, nothing missing,
nothing extra), and its digest with the one that was baked into the image, in /etc/graviton/kernels.d/NAME. Without
names all bundles are verified. Exits with 1, and one line for each difference, when anything differs.

This finds damage and drift. Whoever is root on the instance can change bundle and digest together.
"""

import argparse
import hashlib
import json
import os
import re
import stat
import sys

KERNELS = "opt/graviton/kernels"
EXPECTED = "etc/graviton/kernels.d"
MANIFEST = "manifest.json"
MAX_LINES_PER_BUNDLE = 10
ADVICE = "terminate this instance, and build the image again from an intact bundle if others fail alike"


class Unreadable(Exception):
    """Something that the verdict needs cannot be read."""


def sha256_of(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()


def expected_digest(root, name):
    path = os.path.join(root, EXPECTED, name)
    try:
        with open(path, encoding="ascii") as file:
            text = file.read().strip()
    except (OSError, ValueError):
        raise Unreadable(f"/{EXPECTED}/{name}: got no readable file, expected the digest that the image was built with")
    if not re.fullmatch(r"sha256:[0-9a-f]{64}", text):
        raise Unreadable(f"/{EXPECTED}/{name}: got {text[:80]!r}, expected sha256: and 64 hexadecimal digits")
    return text


def listed_files(directory):
    """The files that the manifest lists, with their SHA-256, and the digest that it states."""
    try:
        with open(os.path.join(directory, MANIFEST), encoding="utf-8") as file:
            manifest = json.load(file)
        return {file["path"]: file["sha256"] for file in manifest["files"]}, manifest["digest"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Unreadable(f"{MANIFEST}: got {type(error).__name__}, expected a manifest of files and their sha256")


def present_files(directory):
    """The paths of all that is not a directory, but for the manifest."""
    found = []
    for parent, directories, files in os.walk(directory):
        links = [name for name in directories if os.path.islink(os.path.join(parent, name))]
        found += [os.path.relpath(os.path.join(parent, name), directory) for name in files + links]
    return sorted((path for path in found if path != MANIFEST), key=os.fsencode)


def content_of(directory, path):
    """The SHA-256 of a file, or what else stands in its place."""
    full = os.path.join(directory, path)
    try:
        return sha256_of(full) if stat.S_ISREG(os.lstat(full).st_mode) else "no regular file"
    except OSError as error:
        return os.strerror(error.errno)


def differences(root, name):
    """What differs in a bundle, a line each, and what it holds."""
    directory = os.path.join(root, KERNELS, name)
    expected = expected_digest(root, name)
    listed, stated = listed_files(directory)
    got = {path: content_of(directory, path) for path in present_files(directory)}
    lines = [f"{path}: got no file, expected sha256 {listed[path]}" for path in sorted(listed.keys() - got.keys())]
    for path, content in got.items():
        if path not in listed:
            lines.append(f"{path}: got a file that {MANIFEST} does not list, expected none")
        elif content != listed[path]:
            lines.append(f"{path}: got {content}, expected sha256 {listed[path]}")
    sums = "".join(f"{content}  {path}\n" for path, content in got.items())
    digest = "sha256:" + hashlib.sha256(sums.encode("utf-8", "surrogateescape")).hexdigest()
    if not lines and digest != expected:
        lines.append(f"digest of all files: got {digest}, expected {expected}")
    if stated != expected:
        lines.append(f"{MANIFEST}: got digest {stated}, expected {expected}")
    return lines, f"{len(got)} files, {digest}"


def verify(root, name):
    """Prints the verdict on a bundle. Returns whether it is intact."""
    try:
        lines, summary = differences(root, name)
    except Unreadable as unreadable:
        lines, summary = [str(unreadable)], ""
    for line in lines[:MAX_LINES_PER_BUNDLE]:
        complain(f"kernel bundle {name}: {line}: {ADVICE}")
    if len(lines) > MAX_LINES_PER_BUNDLE:
        complain(f"kernel bundle {name}: {len(lines) - MAX_LINES_PER_BUNDLE} more differences")
    if not lines:
        print(f"kernel bundle {name}: intact, {summary}", flush=True)
    return not lines


def complain(text):
    # journald reads <3> as the priority "error"; anywhere else it would be noise.
    prefix = "<3>" if "JOURNAL_STREAM" in os.environ else ""
    print(f"{prefix}{text}", file=sys.stderr, flush=True)


def names_in(directory):
    try:
        return set(os.listdir(directory))
    except FileNotFoundError:
        return set()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--root", default="/")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    every = names_in(os.path.join(options.root, KERNELS)) | names_in(os.path.join(options.root, EXPECTED))
    names = options.names or sorted(every)
    if not names:
        print("no kernel bundles on this image")
    verdicts = [verify(options.root, name) for name in names]
    return 0 if all(verdicts) else 1


if __name__ == "__main__":
    sys.exit(main())
