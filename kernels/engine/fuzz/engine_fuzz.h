/* What libFuzzer and the deterministic mutations share. */
#ifndef GRAVITON_ENGINE_FUZZ_H
#define GRAVITON_ENGINE_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Reads the bytes as a model file, and runs it when it loads; whether it did. Ends the process if a promise breaks. */
bool ge_fuzz_one(const uint8_t *data, size_t size, bool wants_gk4);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
