/* The entries of the elementwise family, in the order of struct gk_elementwise_ops. */
#ifndef GK_ELEMENTWISE_TABLE_H
#define GK_ELEMENTWISE_TABLE_H

#include "variant/entry.h"

#define GK_ELEMENTWISE_ENTRIES(X, suffix) \
  X(gk_elementwise_ops, rmsnorm_f32_f32, suffix) \
  X(gk_elementwise_ops, softmax_f32_f32, suffix) \
  X(gk_elementwise_ops, swiglu_f32_f32_f32, suffix) \
  X(gk_elementwise_ops, ropehalves_f32_f32, suffix) \
  X(gk_elementwise_ops, ropepairs_f32_f32, suffix)

#define GK_ELEMENTWISE_DECLARE(suffix) GK_ELEMENTWISE_ENTRIES(GK_DECLARE_ENTRY, suffix)
#define GK_ELEMENTWISE_TABLE(suffix) \
  {.size = sizeof(gk_elementwise_ops), GK_ELEMENTWISE_ENTRIES(GK_TABLE_ENTRY, suffix)}

#endif
