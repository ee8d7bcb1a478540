"""The bill of materials of a kernel bundle, in CycloneDX 1.6 (https://cyclonedx.org/docs/1.6/json/).

It has no time and no serial number, so that the same sources and tools give the same bytes.
"""

import hashlib
import json
import re
from pathlib import Path

BUNDLE_LICENCE = "Apache-2.0"

# What a compiler driver adds to a program by itself, and the licences that their sources carry. None of them reaches
# the program that they are linked into: glibc's start files and GCC's runtime come with exceptions.
STATIC_LICENCES = [
    (r"(S|r|g|M)?crt[1in]\.o|libc_nonshared\.a", "GNU C Library", "LGPL-2.1-or-later"),
    (r"crt(begin|end|fastmath)\w*\.o|libgcc(_eh)?\.a", "GCC runtime", "GPL-3.0-or-later WITH GCC-exception-3.1"),
    (r"(lib)?clang_rt\..*", "LLVM compiler-rt", "Apache-2.0 WITH LLVM-exception"),
]


def static_inputs(traces):
    """What each file was linked from that stays in it, by the name of the file.

    A trace is what the linker prints for --trace: every input that it took. The compiler's temporary objects are gone
    by now, and shared libraries stay outside of the file.
    """
    found = {}
    for trace in traces:
        paths = re.findall(r"/[^()\s]+\.[oa](?=[()\s]|$)", trace.read_text(encoding="utf-8"))
        present = {Path(path).resolve() for path in paths if Path(path).exists()}
        found[trace.name.removesuffix(".inputs")] = sorted(present, key=lambda path: path.name)
    return found


def sbom(name, version, compiler, files, inputs):
    """The bill of materials as text."""
    statics = sorted({path for paths in inputs.values() for path in paths}, key=lambda path: path.name)
    references = [f"file:{entry['path']}" for entry in files]
    document = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "tools": {"components": [{"type": "application", "name": "bundle_manifest.py", "version": version}]},
            "component": {"type": "library", "bom-ref": "bundle", "name": name, "version": version, **licences()},
        },
        "components": [file_component(entry) for entry in files] + [static_component(path) for path in statics],
        "dependencies": [{"ref": "bundle", "dependsOn": references}] + [
            {"ref": reference, "dependsOn": [static_reference(path) for path in linked]}
            for reference, entry in zip(references, files)
            if (linked := inputs.get(Path(entry["path"]).name))
        ],
        "formulation": [{"components": [{"type": "application", **compiler}]}],
    }
    return json.dumps(document, indent=2) + "\n"


def licences(expression=BUNDLE_LICENCE):
    return {"licenses": [{"expression": expression}]}


def file_component(entry):
    values = {
        "role": entry["role"],
        "variant": entry.get("variant"),
        "requires": " ".join(entry["requires"]) if "requires" in entry else None,
        "flags": " ".join(entry["flags"]) if "flags" in entry else None,
    }
    return {
        "type": "file",
        "bom-ref": f"file:{entry['path']}",
        "name": entry["path"],
        "hashes": [{"alg": "SHA-256", "content": entry["sha256"]}],
        **licences(),
        "properties": [
            {"name": f"cdk-graviton-fleet:{key}", "value": value} for key, value in values.items() if value is not None
        ],
    }


def static_reference(path):
    return f"static:{path.name}"


def static_component(path):
    for pattern, project, expression in STATIC_LICENCES:
        if re.fullmatch(pattern, path.name):
            origin = {"group": project, **licences(expression)}
            break
    else:
        origin = {}
    return {
        "type": "file",
        "bom-ref": static_reference(path),
        "name": path.name,
        "description": "Linked statically by the compiler driver.",
        "hashes": [{"alg": "SHA-256", "content": hashlib.sha256(path.read_bytes()).hexdigest()}],
        **origin,
    }
