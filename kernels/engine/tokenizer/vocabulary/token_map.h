/* From the bytes of a token to its number. */
#ifndef GTOK_TOKEN_MAP_H
#define GTOK_TOKEN_MAP_H

#include "tokenizer/tokenizer.h"

/* Slots hold a token's number plus one; 0 is free. At most half of them are taken. */
typedef struct gtok_token_map {
  uint32_t *slots;
  uint32_t mask;
  size_t longest; /* bytes of the longest token in it */
} gtok_token_map;

/* Room for `count` tokens, GTOK_TOKENS_MAX at most. */
ge_status gtok_token_map_create(gtok_token_map *map, size_t count);
void gtok_token_map_destroy(gtok_token_map *map);

/* Of two tokens with the same bytes the first that was added is found. */
void gtok_token_map_add(gtok_token_map *map, const ge_text *tokens, int32_t token);

/* The token of these bytes, or GTOK_NONE. */
int32_t gtok_token_map_find(const gtok_token_map *map, const ge_text *tokens, ge_text bytes);

#endif
