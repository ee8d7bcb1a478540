/* Which two tokens of BPE become which one, and how early. */
#ifndef GTOK_MERGES_H
#define GTOK_MERGES_H

#include "tokenizer/tokenizer.h"

typedef struct gtok_merge {
  int32_t left; /* GTOK_NONE: the slot is free */
  int32_t right;
  int32_t result;
  uint32_t rank; /* lower is earlier */
} gtok_merge;

typedef struct gtok_merges {
  gtok_merge *slots;
  uint32_t mask;
} gtok_merges;

/* Room for `count` merges, 2^30 at most. */
ge_status gtok_merges_create(gtok_merges *merges, size_t count);
void gtok_merges_destroy(gtok_merges *merges);

/* Of two merges of the same pair the first that was added holds. */
void gtok_merges_add(gtok_merges *merges, gtok_merge merge);

/* The merge of a pair, or NULL. */
const gtok_merge *gtok_merges_find(const gtok_merges *merges, int32_t left, int32_t right);

#endif
