#include "cache/kv_cache.h"

#include <stdbool.h>

#include "errors/fail.h"
#include "memory/pages.h"

/* Slots begin at a boundary of the largest page that an Arm64 kernel is built for, to be given back on their own. */
#define SLOT_ALIGNMENT ((size_t)65536)

size_t ge_kv_cache_pages(uint32_t tokens) {
  return ((size_t)tokens + GK_KV_PAGE - 1) / GK_KV_PAGE;
}

ge_status ge_kv_cache_new(const gk_ops *kernels, uint32_t slots, uint32_t layers, uint32_t heads, uint32_t head_width,
                          uint32_t context, uint64_t tokens, ge_kv_cache *cache, ge_error *error) {
  ge_kv_cache made = {.pages_left = (size_t)((tokens + GK_KV_PAGE - 1) / GK_KV_PAGE)};
  made.heads = heads;
  made.layers = layers;
  if (kernels->attention.kv_size_bf16p8(context, head_width, &made.head_size) != GK_OK ||
      kernels->attention.kv_size_bf16p8(GK_KV_PAGE, head_width, &made.page_size) != GK_OK) {
    return ge_fail(error, GE_ERROR_KERNELS, "the kernels have no KV cache for %u tokens of %u elements", context,
                   head_width);
  }
  bool fits = ge_size_multiply(made.head_size, heads, &made.layer_size) &&
              ge_size_multiply(made.layer_size, layers, &made.slot_size) && made.slot_size < PTRDIFF_MAX / 2;
  made.slot_size = (made.slot_size + SLOT_ALIGNMENT - 1) & ~(SLOT_ALIGNMENT - 1);
  fits = fits && ge_size_multiply(made.slot_size, slots, &made.size);
  made.bytes = fits ? ge_pages_new(made.size, GE_PAGES_SPARSE) : NULL;
  if (made.bytes == NULL) {
    return ge_fail(error, GE_ERROR_MEMORY,
                   "no addresses for the KV cache of %u slots of %u tokens; ask for fewer, or a shorter context", slots,
                   context);
  }
  *cache = made;
  return GE_OK;
}

void ge_kv_cache_free(ge_kv_cache *cache) {
  ge_pages_free(cache->bytes, cache->size);
  *cache = (ge_kv_cache){0};
}

void *ge_kv_cache_head(const ge_kv_cache *cache, uint32_t slot, uint32_t layer, uint32_t head) {
  return cache->bytes + slot * cache->slot_size + layer * cache->layer_size + head * cache->head_size;
}

void ge_kv_cache_cut(ge_kv_cache *cache, uint32_t slot, uint32_t tokens) {
  if (tokens == 0) {
    ge_pages_clear(cache->bytes + slot * cache->slot_size, cache->slot_size);
    return;
  }
  const size_t kept = ge_kv_cache_pages(tokens) * cache->page_size;
  for (uint32_t i = 0; i < cache->layers * cache->heads; i++) {
    uint8_t *head = ge_kv_cache_head(cache, slot, i / cache->heads, i % cache->heads);
    ge_pages_clear(head + kept, cache->head_size - kept);
  }
}
