/*
 * Keys and values of all slots in bf16, in pages of GK_KV_PAGE tokens.
 *
 * The kernels want the pages of a head one after the other. So each slot has addresses for its longest context, and the
 * system's page tables put memory under a page when it is first written: what a paged cache saves without a table of
 * its own, for the attention kernels read through the one that the CPU has anyway. Method: R. Prabhu et al.,
 * "vAttention: Dynamic Memory Management for Serving LLMs without PagedAttention" (arXiv 2405.04437).
 */
#ifndef GRAVITON_ENGINE_CACHE_KV_CACHE_H
#define GRAVITON_ENGINE_CACHE_KV_CACHE_H

#include "graviton_engine/status.h"
#include "graviton_kernels.h"

typedef struct ge_kv_cache {
  uint8_t *bytes;
  size_t size;
  size_t page_size, head_size, layer_size, slot_size; /* bytes; a page is of one head */
  uint32_t heads, layers;
  size_t pages_left; /* that no slot has set aside */
} ge_kv_cache;

/*
 *   context  most tokens of a slot
 *   tokens   most of all slots together, rounded up to whole pages
 * Errors: MEMORY, KERNELS.
 */
ge_status ge_kv_cache_new(const gk_ops *kernels, uint32_t slots, uint32_t layers, uint32_t heads, uint32_t head_width,
                          uint32_t context, uint64_t tokens, ge_kv_cache *cache, ge_error *error);

void ge_kv_cache_free(ge_kv_cache *cache);

/* Pages that `tokens` tokens of a slot take. */
size_t ge_kv_cache_pages(uint32_t tokens);

/* The keys and values of one head. */
void *ge_kv_cache_head(const ge_kv_cache *cache, uint32_t slot, uint32_t layer, uint32_t head);

/* Gives the memory of a slot past its first `tokens` tokens back to the system, by whole pages. */
void ge_kv_cache_cut(ge_kv_cache *cache, uint32_t slot, uint32_t tokens);

#endif
