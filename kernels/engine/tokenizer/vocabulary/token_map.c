#include "tokenizer/vocabulary/token_map.h"

#include <stdlib.h>
#include <string.h>

/* FNV-1a, 32 bits. */
static uint32_t hash_of(gtok_text bytes) {
  uint32_t hash = 2166136261u;
  for (size_t i = 0; i < bytes.size; i++) {
    hash = (hash ^ (unsigned char)bytes.data[i]) * 16777619u;
  }
  return hash ^ hash >> 15;
}

gtok_status gtok_token_map_create(gtok_token_map *map, size_t count) {
  uint32_t slots = 16;
  while (slots < 2 * count) {
    slots *= 2;
  }
  *map = (gtok_token_map){calloc(slots, sizeof *map->slots), slots - 1, 0};
  return map->slots == NULL ? GTOK_ERROR_MEMORY : GTOK_OK;
}

void gtok_token_map_destroy(gtok_token_map *map) {
  free(map->slots);
}

static int same(gtok_text a, gtok_text b) {
  return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

/* The slot of these bytes: theirs, or the free one where they would go. */
static uint32_t slot_of(const gtok_token_map *map, const gtok_text *tokens, gtok_text bytes) {
  uint32_t slot = hash_of(bytes) & map->mask;
  while (map->slots[slot] != 0 && !same(tokens[map->slots[slot] - 1], bytes)) {
    slot = (slot + 1) & map->mask;
  }
  return slot;
}

void gtok_token_map_add(gtok_token_map *map, const gtok_text *tokens, int32_t token) {
  const uint32_t slot = slot_of(map, tokens, tokens[token]);
  if (map->slots[slot] == 0) {
    map->slots[slot] = (uint32_t)token + 1;
    map->longest = tokens[token].size > map->longest ? tokens[token].size : map->longest;
  }
}

int32_t gtok_token_map_find(const gtok_token_map *map, const gtok_text *tokens, gtok_text bytes) {
  /* Without this, each pair of two long runs would be hashed to no end. */
  if (bytes.size > map->longest) {
    return GTOK_NONE;
  }
  return (int32_t)map->slots[slot_of(map, tokens, bytes)] - 1;
}
