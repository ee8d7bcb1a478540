"""Writes the seeds of gk4_fuzz: a whole small file, its header alone, and GGUF blocks.

Usage: gk4_seeds.py DIRECTORY
"""

import hashlib
import struct
import sys
from pathlib import Path


def gk4_file(n, k, superblock):
    """A GK4 file of zeros with a right digest (include/graviton_kernels/gk4_file.h)."""
    blocks = -(-k // 32)
    panel = -(-(blocks * 272 + -(-k // superblock) * 32) // 64) * 64
    weights = bytes(-(-n // 16) * panel)
    header = struct.pack("<8sIIQQIIQ48x", b"GK4FILE\0", 1, 128, n, k, superblock, 0, len(weights))
    return header + hashlib.sha256(header + weights).digest() + weights


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    directory = Path(sys.argv[1])
    directory.mkdir(parents=True, exist_ok=True)
    whole = gk4_file(17, 300, 256)
    (directory / "file").write_bytes(b"\0" + whole)
    (directory / "small-file").write_bytes(b"\0" + gk4_file(1, 1, 512))
    (directory / "header").write_bytes(b"\0" + whole[:128])
    (directory / "q4_0").write_bytes(bytes([2, 16, 9]) + struct.pack("<e16B", 0.0625, *range(0, 256, 16)))
    (directory / "q8_0").write_bytes(bytes([7, 0, 0]) + struct.pack("<e32b", 0.004, *range(-128, 128, 8)))


if __name__ == "__main__":
    main()
