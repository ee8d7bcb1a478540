#include "convert/gguf_writer.h"

#include <string.h>

static uint64_t aligned(uint64_t position) {
  return (position + GE_GGUF_WRITTEN_ALIGNMENT - 1) / GE_GGUF_WRITTEN_ALIGNMENT * GE_GGUF_WRITTEN_ALIGNMENT;
}

void ge_gguf_write_bytes(ge_gguf_writer *writer, const void *bytes, size_t size) {
  writer->has_failed = writer->has_failed || (size != 0 && fwrite(bytes, size, 1, writer->file) != 1);
  writer->position += size;
}

static void write_u32(ge_gguf_writer *writer, uint32_t value) {
  ge_gguf_write_bytes(writer, &value, sizeof value);
}

static void write_u64(ge_gguf_writer *writer, uint64_t value) {
  ge_gguf_write_bytes(writer, &value, sizeof value);
}

static void write_text(ge_gguf_writer *writer, ge_text text) {
  write_u64(writer, text.length);
  ge_gguf_write_bytes(writer, text.bytes, text.length);
}

void ge_gguf_write_counts(ge_gguf_writer *writer, uint64_t tensors, uint64_t entries) {
  ge_gguf_write_bytes(writer, "GGUF", 4);
  write_u32(writer, 3);
  write_u64(writer, tensors);
  write_u64(writer, entries);
}

void ge_gguf_write_entry(ge_gguf_writer *writer, const ge_gguf_entry *entry) {
  write_text(writer, entry->key);
  if (entry->is_array) {
    write_u32(writer, GE_GGUF_ARRAY);
  }
  write_u32(writer, (uint32_t)entry->values.type);
  if (entry->is_array) {
    write_u64(writer, entry->values.count);
  }
  ge_gguf_write_bytes(writer, entry->values.bytes, entry->values.size);
}

void ge_gguf_write_u32_entry(ge_gguf_writer *writer, const char *key, uint32_t value) {
  write_text(writer, (ge_text){key, strlen(key)});
  write_u32(writer, GE_GGUF_UINT32);
  write_u32(writer, value);
}

void ge_gguf_write_tensor_info(ge_gguf_writer *writer, ge_text name, uint32_t type, uint32_t dimensions,
                               const uint64_t *shape, uint64_t size) {
  write_text(writer, name);
  write_u32(writer, dimensions);
  for (uint32_t i = 0; i < dimensions; i++) {
    write_u64(writer, shape[i]);
  }
  write_u32(writer, type);
  write_u64(writer, writer->next_offset);
  writer->next_offset = aligned(writer->next_offset + size);
}

void ge_gguf_write_padding(ge_gguf_writer *writer) {
  static const uint8_t zeros[GE_GGUF_WRITTEN_ALIGNMENT];
  ge_gguf_write_bytes(writer, zeros, (size_t)(aligned(writer->position) - writer->position));
}
