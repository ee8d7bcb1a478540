/* Portable C. Panels of 8 are in the order [K][8]. */
#include "block8/products.h"
#include "block8/table.h"
#include "gk4/portable.h"

GK_BLOCK8_DECLARE(scalar)

enum { DEPTH = 1 };

static void columns(size_t count, const gk_gk4_shape *shape, const int8_t *lhs, const int8_t *rhs, size_t panel_bytes,
                    float *dst) {
  const float *lhs_scale = (const float *)(const void *)(lhs + gk_gk4_row_values(shape));
  for (size_t panel = 0; panel < count; panel++, rhs += panel_bytes, dst += GK_PANEL) {
    const float *rhs_scale = gk_gk4_panel8_scales(shape, rhs);
    for (size_t j = 0; j < GK_PANEL; j++) {
      dst[j] = 0.0f;
    }
    for (size_t b = 0; b < shape->blocks; b++) {
      int32_t sum[GK_PANEL] = {0};
      for (size_t k = b * GK_BLOCK8_BLOCK; k < (b + 1) * GK_BLOCK8_BLOCK; k++) {
        for (size_t j = 0; j < GK_PANEL; j++) {
          sum[j] += lhs[k] * rhs[k * GK_PANEL + j];
        }
      }
      for (size_t j = 0; j < GK_PANEL; j++) {
        dst[j] = gk_f32_fma((float)sum[j], lhs_scale[b] * rhs_scale[b * GK_PANEL + j], dst[j]);
      }
    }
  }
}

GK_BLOCK8_DEFINE(scalar, DEPTH, plain, panels, tile, columns)
