/* Writes a GGUF file of version 3. After the first failure nothing more is written. */
#ifndef GRAVITON_ENGINE_CONVERT_GGUF_WRITER_H
#define GRAVITON_ENGINE_CONVERT_GGUF_WRITER_H

#include <stdio.h>

#include "gguf/parsed.h"

typedef struct ge_gguf_writer {
  FILE *file;
  uint64_t position;    /* bytes written */
  uint64_t next_offset; /* of the next tensor, from the start of the tensors' bytes */
  bool has_failed;
} ge_gguf_writer;

/* At whose multiples tensors begin: what the kernels need of weights that are used in the file. */
#define GE_GGUF_WRITTEN_ALIGNMENT 64u

void ge_gguf_write_counts(ge_gguf_writer *writer, uint64_t tensors, uint64_t entries);
void ge_gguf_write_entry(ge_gguf_writer *writer, const ge_gguf_entry *entry);
void ge_gguf_write_u32_entry(ge_gguf_writer *writer, const char *key, uint32_t value);

/* Describes a tensor; its bytes follow in the same order, after all descriptions. */
void ge_gguf_write_tensor_info(ge_gguf_writer *writer, ge_text name, uint32_t type, uint32_t dimensions,
                               const uint64_t *shape, uint64_t size);

/* Before the first tensor's bytes, and after each. */
void ge_gguf_write_padding(ge_gguf_writer *writer);
void ge_gguf_write_bytes(ge_gguf_writer *writer, const void *bytes, size_t size);

#endif
