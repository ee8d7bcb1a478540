/* A GGUF file after it was read. */
#ifndef GRAVITON_ENGINE_GGUF_PARSED_H
#define GRAVITON_ENGINE_GGUF_PARSED_H

#include "gguf/gguf.h"

typedef struct ge_gguf_entry {
  ge_text key;
  bool is_array;
  bool is_nested; /* an array of arrays: passed over, and not in `values` */
  ge_gguf_values values;
} ge_gguf_entry;

struct ge_gguf {
  ge_gguf_entry *entries; /* sorted by key */
  size_t entry_count;
  ge_gguf_tensor *tensors; /* in the order of the file */
  const ge_gguf_tensor **tensors_by_name;
  size_t tensor_count;
  const uint8_t *bytes;
  size_t size;
  bool is_mapped; /* `bytes` is a mapping of this struct's own */
};

/* The entry of this key, or NULL. */
const ge_gguf_entry *ge_gguf_find_entry(const ge_gguf *file, const char *key);

/* Elements and bytes of a block of a known type; false for a type that the engine does not know. */
bool ge_tensor_block(uint32_t type, size_t *elements, size_t *bytes);

#endif
