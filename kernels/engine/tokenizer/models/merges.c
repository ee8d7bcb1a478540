#include "tokenizer/models/merges.h"

#include <stdlib.h>

static uint32_t hash_of(int32_t left, int32_t right) {
  uint64_t key = (uint64_t)(uint32_t)left << 32 | (uint32_t)right;
  /* The finalizer of SplitMix64: the numbers of a pair differ in few bits. */
  key = (key ^ key >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
  key = (key ^ key >> 27) * UINT64_C(0x94d049bb133111eb);
  return (uint32_t)(key ^ key >> 31);
}

ge_status gtok_merges_create(gtok_merges *merges, size_t count) {
  size_t slots = 16;
  while (slots < 2 * count) {
    slots *= 2;
  }
  *merges = (gtok_merges){malloc(slots * sizeof *merges->slots), (uint32_t)(slots - 1)};
  if (merges->slots == NULL) {
    return GE_ERROR_MEMORY;
  }
  for (size_t i = 0; i < slots; i++) {
    merges->slots[i].left = GTOK_NONE;
  }
  return GE_OK;
}

void gtok_merges_destroy(gtok_merges *merges) {
  free(merges->slots);
}

static gtok_merge *slot_of(const gtok_merges *merges, int32_t left, int32_t right) {
  uint32_t slot = hash_of(left, right) & merges->mask;
  while (merges->slots[slot].left != GTOK_NONE &&
         (merges->slots[slot].left != left || merges->slots[slot].right != right)) {
    slot = (slot + 1) & merges->mask;
  }
  return &merges->slots[slot];
}

void gtok_merges_add(gtok_merges *merges, gtok_merge merge) {
  gtok_merge *slot = slot_of(merges, merge.left, merge.right);
  if (slot->left == GTOK_NONE) {
    *slot = merge;
  }
}

const gtok_merge *gtok_merges_find(const gtok_merges *merges, int32_t left, int32_t right) {
  const gtok_merge *slot = slot_of(merges, left, right);
  return slot->left == GTOK_NONE ? NULL : slot;
}
