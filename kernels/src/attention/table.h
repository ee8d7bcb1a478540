/* The entries of the attention family, in the order of struct gk_attention_ops. */
#ifndef GK_ATTENTION_TABLE_H
#define GK_ATTENTION_TABLE_H

#include "variant/entry.h"

#define GK_ATTENTION_ENTRIES(X, suffix) \
  X(gk_attention_ops, kv_step_bf16p8, suffix) \
  X(gk_attention_ops, kv_size_bf16p8, suffix) \
  X(gk_attention_ops, kvappend_bf16p8_f32_f32, suffix) \
  X(gk_attention_ops, attend_f32_f32_bf16p8, suffix) \
  X(gk_attention_ops, attendpart_size_f32, suffix) \
  X(gk_attention_ops, attendpart_f32_f32_bf16p8, suffix) \
  X(gk_attention_ops, attendmerge_f32_f32, suffix)

#define GK_ATTENTION_DECLARE(suffix) GK_ATTENTION_ENTRIES(GK_DECLARE_ENTRY, suffix)
#define GK_ATTENTION_TABLE(suffix) {.size = sizeof(gk_attention_ops), GK_ATTENTION_ENTRIES(GK_TABLE_ENTRY, suffix)}

#endif
