#!/bin/sh
# Runs the self-test of a kernel bundle as each processor that a fleet may have, under qemu-user: a kernel that computes
# wrongly, or needs an instruction that the processor lacks, ends the pipeline here and not on an instance.
# Usage: test-under-emulation.sh <directory of the bundle>
set -eu
bundle=${1:?got no bundle, allowed the directory of its manifest.json}
self_test=$(node -p 'JSON.parse(fs.readFileSync(process.argv[1])).files.find(({ role }) => role === "selftest").path' "$bundle/manifest.json")
sysroot=/usr/aarch64-linux-gnu
[ -e "$sysroot/lib/ld-linux-aarch64.so.1" ] || sysroot=/
# Graviton2; 3, which has SVE of 256 bits; 4 and 5, which have SVE2 of 128 bits. No Graviton has SME.
for processor in neoverse-n1 max,sve-max-vq=2,sme=off max,sve128=on,sme=off; do
  echo "as $processor:"
  qemu-aarch64 -L "$sysroot" -cpu "$processor" "$bundle/$self_test"
done
