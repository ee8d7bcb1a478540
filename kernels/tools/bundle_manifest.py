"""Writes manifest.json and the bill of materials of a kernel bundle.

The digest is the SHA-256 of what `sha256sum` prints for the files in bytewise order of their paths, so that anyone
can check it with coreutils alone (README.md has the command).
"""

import argparse
import hashlib
import json
import struct
import sys
from pathlib import Path

from bundle_sbom import sbom, static_inputs

NAME = "graviton-kernels"
MANIFEST_FILE = "manifest.json"
SBOM_FILE = "sbom.cdx.json"
ELF_MACHINES = {62: "x86_64", 183: "aarch64"}


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bundle", type=Path, required=True, help="directory to describe")
    parser.add_argument("--version", required=True, help="version of the kernels")
    parser.add_argument("--compiler-name", required=True)
    parser.add_argument("--compiler-version", required=True)
    parser.add_argument("--base-flags", required=True, help="flags of the dispatcher and the self-test")
    parser.add_argument("--source-revision", default="", help="revision of the sources, if it is known")
    parser.add_argument("--trace", type=Path, action="append", default=[], help="<file>.inputs: what --trace printed")
    parser.add_argument("--variant", action="append", default=[], help="name;feature,feature;flags")
    return parser.parse_args()


def parse_variants(values):
    variants = {}
    for value in values:
        name, requires, flags = value.split(";")
        variants[name] = (sorted(filter(None, requires.split(","))), flags.split())
    return variants


def elf_machine(content):
    """The machine an ELF file is built for, or None for any other file."""
    if content[:4] != b"\x7fELF":
        return None
    order = "<" if content[5] == 1 else ">"
    (number,) = struct.unpack_from(order + "H", content, 18)
    return ELF_MACHINES.get(number, f"e_machine {number}")


def role_of(path, variants):
    """What a file of the bundle is for, and the variant it holds if any."""
    for name in variants:
        if path == f"lib/libgraviton_kernels_{name}.so":
            return "variant", name
    if path == "lib/libgraviton_kernels.so":
        return "dispatcher", None
    if path.startswith("bin/"):
        return "selftest", None
    if path == "LICENSE":
        return "licence", None
    if path.startswith("include/"):
        return "document", None
    sys.exit(f"bundle_manifest: no role is known for {path}; allowed: the variants {sorted(variants)}, "
             "the dispatcher, bin/, include/ and LICENSE. Give role_of() a rule for it.")


def describe(bundle, path, variants, base_flags):
    content = (bundle / path).read_bytes()
    role, variant = role_of(path, variants)
    entry = {"path": path, "role": role}
    if variant is not None:
        entry["variant"] = variant
    entry["sha256"] = hashlib.sha256(content).hexdigest()
    entry["bytes"] = len(content)
    machine = elf_machine(content)
    if machine is not None:
        requires, flags = variants.get(variant, ([], base_flags))
        entry.update(machine=machine, requires=requires, flags=flags)
    return entry


def describe_text(path, role, content):
    return {"path": path, "role": role, "sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}


def main():
    arguments = parse_arguments()
    bundle = arguments.bundle
    variants = parse_variants(arguments.variant)
    compiler = {"name": arguments.compiler_name, "version": arguments.compiler_version}
    paths = [p.relative_to(bundle).as_posix() for p in bundle.rglob("*") if p.is_file()]
    paths = sorted((p for p in paths if p not in (MANIFEST_FILE, SBOM_FILE)), key=str.encode)
    files = [describe(bundle, path, variants, arguments.base_flags.split()) for path in paths]
    materials = sbom(NAME, arguments.version, compiler, files, static_inputs(arguments.trace)).encode()
    files = sorted(files + [describe_text(SBOM_FILE, "sbom", materials)], key=lambda entry: entry["path"].encode())
    listing = "".join(f"{entry['sha256']}  {entry['path']}\n" for entry in files)
    manifest = {
        "schemaVersion": 1,
        "name": NAME,
        "version": arguments.version,
        "digest": "sha256:" + hashlib.sha256(listing.encode()).hexdigest(),
        "compiler": compiler,
        **({"sourceRevision": arguments.source_revision} if arguments.source_revision else {}),
        "files": files,
    }
    (bundle / SBOM_FILE).write_bytes(materials)
    (bundle / MANIFEST_FILE).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
