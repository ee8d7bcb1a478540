#include "graviton_kernels.h"

#include <string.h>

#include "dispatch/hwcap.h"

typedef struct variant_facts {
  const char *name;
  gk_cpu needs;
} variant_facts;

/* Indexed by gk_variant. The manifest's `requires` says the same; a test compares them. */
static const variant_facts variants[GK_VARIANT_COUNT] = {
    [GK_VARIANT_SCALAR] = {"scalar", {0, 0, 0}},
    [GK_VARIANT_NEON_DOTPROD] = {"neon_dotprod", {GK_HWCAP_ASIMDDP, 0, 0}},
    [GK_VARIANT_NEON_I8MM_BF16] = {"neon_i8mm_bf16", {GK_HWCAP_ASIMDDP, GK_HWCAP2_I8MM | GK_HWCAP2_BF16, 0}},
};

static int is_variant(gk_variant variant) {
  return (unsigned)variant < GK_VARIANT_COUNT;
}

typedef struct core_limit {
  uint32_t part; /* MIDR_EL1[15:4] of implementer 0x41, Arm */
  gk_variant highest;
} core_limit;

/* Cores without i8mm or SDOT that AWS runs or ran, by the MIDR_EL1 table of each core's technical reference manual. */
static const core_limit core_limits[] = {
    {0xD08, GK_VARIANT_SCALAR},       /* Cortex-A72: Graviton */
    {0xD0C, GK_VARIANT_NEON_DOTPROD}, /* Neoverse N1: Graviton2 */
};

static gk_variant highest_of_core(uint64_t midr) {
  const uint64_t implementer = midr >> 24 & 0xFF;
  for (size_t i = 0; i < sizeof core_limits / sizeof core_limits[0]; i++) {
    if (implementer == 0x41 && (midr >> 4 & 0xFFF) == core_limits[i].part) {
      return core_limits[i].highest;
    }
  }
  return (gk_variant)(GK_VARIANT_COUNT - 1);
}

gk_variant gk_detect(uint64_t hwcap, uint64_t hwcap2, uint64_t midr) {
  for (unsigned i = (unsigned)highest_of_core(midr) + 1; i-- > 1;) {
    const gk_cpu needs = variants[i].needs;
    if ((hwcap & needs.hwcap) == needs.hwcap && (hwcap2 & needs.hwcap2) == needs.hwcap2) {
      return (gk_variant)i;
    }
  }
  return GK_VARIANT_SCALAR;
}

gk_status gk_limit_variant(gk_variant detected, const char *max_name, gk_variant *limited) {
  gk_variant max = detected;
  if (limited == NULL) {
    return GK_ERROR_NULL_POINTER;
  }
  if (!is_variant(detected)) {
    return GK_ERROR_UNKNOWN_VARIANT;
  }
  if (max_name != NULL && max_name[0] != '\0') {
    const gk_status status = gk_variant_from_name(max_name, &max);
    if (status != GK_OK) {
      return status;
    }
  }
  *limited = max < detected ? max : detected;
  return GK_OK;
}

gk_status gk_variant_needs(gk_variant variant, gk_cpu *needed) {
  if (needed == NULL) {
    return GK_ERROR_NULL_POINTER;
  }
  if (!is_variant(variant)) {
    return GK_ERROR_UNKNOWN_VARIANT;
  }
  *needed = variants[variant].needs;
  return GK_OK;
}

const char *gk_variant_name(gk_variant variant) {
  return is_variant(variant) ? variants[variant].name : NULL;
}

gk_status gk_variant_from_name(const char *name, gk_variant *variant) {
  if (name == NULL || variant == NULL) {
    return GK_ERROR_NULL_POINTER;
  }
  for (unsigned i = 0; i < GK_VARIANT_COUNT; i++) {
    if (strcmp(name, variants[i].name) == 0) {
      *variant = (gk_variant)i;
      return GK_OK;
    }
  }
  return GK_ERROR_UNKNOWN_VARIANT;
}

const char *gk_status_name(gk_status status) {
  static const char *const names[] = {
      [GK_OK] = "GK_OK",
      [GK_ERROR_NULL_POINTER] = "GK_ERROR_NULL_POINTER",
      [GK_ERROR_MISALIGNED] = "GK_ERROR_MISALIGNED",
      [GK_ERROR_SHAPE] = "GK_ERROR_SHAPE",
      [GK_ERROR_STRIDE] = "GK_ERROR_STRIDE",
      [GK_ERROR_BUFFER_TOO_SMALL] = "GK_ERROR_BUFFER_TOO_SMALL",
      [GK_ERROR_UNKNOWN_VARIANT] = "GK_ERROR_UNKNOWN_VARIANT",
      [GK_ERROR_OBJECT] = "GK_ERROR_OBJECT",
      [GK_ERROR_VALUE] = "GK_ERROR_VALUE",
      [GK_ERROR_FORMAT] = "GK_ERROR_FORMAT",
      [GK_ERROR_TRUNCATED] = "GK_ERROR_TRUNCATED",
      [GK_ERROR_DIGEST] = "GK_ERROR_DIGEST",
  };
  return (unsigned)status < sizeof names / sizeof names[0] ? names[status] : "unknown gk_status";
}
