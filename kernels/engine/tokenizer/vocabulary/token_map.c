#include "tokenizer/vocabulary/token_map.h"

#include <stdlib.h>
#include <string.h>

/* FNV-1a, 32 bits. */
static uint32_t hash_of(ge_text bytes) {
  uint32_t hash = 2166136261u;
  for (size_t i = 0; i < bytes.length; i++) {
    hash = (hash ^ (unsigned char)bytes.bytes[i]) * 16777619u;
  }
  return hash ^ hash >> 15;
}

ge_status gtok_token_map_create(gtok_token_map *map, size_t count) {
  uint32_t slots = 16;
  while (slots < 2 * count) {
    slots *= 2;
  }
  *map = (gtok_token_map){calloc(slots, sizeof *map->slots), slots - 1, 0};
  return map->slots == NULL ? GE_ERROR_MEMORY : GE_OK;
}

void gtok_token_map_destroy(gtok_token_map *map) {
  free(map->slots);
}

static int same(ge_text a, ge_text b) {
  return a.length == b.length && (a.length == 0 || memcmp(a.bytes, b.bytes, a.length) == 0);
}

/* The slot of these bytes: theirs, or the free one where they would go. */
static uint32_t slot_of(const gtok_token_map *map, const ge_text *tokens, ge_text bytes) {
  uint32_t slot = hash_of(bytes) & map->mask;
  while (map->slots[slot] != 0 && !same(tokens[map->slots[slot] - 1], bytes)) {
    slot = (slot + 1) & map->mask;
  }
  return slot;
}

void gtok_token_map_add(gtok_token_map *map, const ge_text *tokens, int32_t token) {
  const uint32_t slot = slot_of(map, tokens, tokens[token]);
  if (map->slots[slot] == 0) {
    map->slots[slot] = (uint32_t)token + 1;
    map->longest = tokens[token].length > map->longest ? tokens[token].length : map->longest;
  }
}

int32_t gtok_token_map_find(const gtok_token_map *map, const ge_text *tokens, ge_text bytes) {
  /* Without this, each pair of two long runs would be hashed to no end. */
  if (bytes.length > map->longest) {
    return GTOK_NONE;
  }
  return (int32_t)map->slots[slot_of(map, tokens, bytes)] - 1;
}
