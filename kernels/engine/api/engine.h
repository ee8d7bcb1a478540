/* What an engine is made of. */
#ifndef GRAVITON_ENGINE_API_ENGINE_H
#define GRAVITON_ENGINE_API_ENGINE_H

#include "batch/slot.h"

struct ge_engine {
  const gk_ops *kernels;
  ge_pool *pool;
  ge_model model;
  ge_kv_cache cache;
  ge_forward *forward;
  ge_slot_shape shape;
  ge_slot *slots;
  ge_span *spans; /* one for each slot */
  uint32_t slot_count;
  uint32_t batch_tokens;
  uint64_t cache_tokens;
  uint64_t requests; /* submitted so far */
};

#endif
