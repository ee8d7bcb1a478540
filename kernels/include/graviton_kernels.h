/*
 * graviton_kernels: matrix kernels for AWS Graviton (Neoverse N1, V1, V2, V3).
 *
 * The contract of every kernel:
 *   - stateless: no allocation, no threads, no I/O, no global state, no errno; safe to call from many threads;
 *   - every misuse that can be seen from the arguments returns a gk_status, before any byte is written;
 *   - no byte outside the documented operands is read or written;
 *   - every variant gives the same result bit for bit, whatever M is and however rows and columns are shared
 *     between threads. Only the payload of a NaN is not promised.
 *
 * Sizes and strides are in bytes, shapes in elements. Operands must not overlap the destination.
 * The grammar of the names stands in kernels/README.md.
 */
#ifndef GRAVITON_KERNELS_H
#define GRAVITON_KERNELS_H

#include "graviton_kernels/attention.h"
#include "graviton_kernels/bf16.h"
#include "graviton_kernels/block8.h"
#include "graviton_kernels/common.h"
#include "graviton_kernels/elementwise.h"
#include "graviton_kernels/gk4.h"
#include "graviton_kernels/gk4_file.h"
#include "graviton_kernels/gk4_weights.h"
#include "graviton_kernels/i8.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The kernels of one variant, by family. */
typedef struct gk_ops {
  uint32_t abi_version; /* GK_ABI_VERSION */
  uint32_t size;        /* sizeof(struct gk_ops), bytes */
  gk_variant variant;
  const char *name; /* for example "neon_dotprod" */
  gk_i8_ops i8;
  gk_gk4_ops gk4;
  gk_bf16_ops bf16;
  gk_attention_ops attention;
  gk_elementwise_ops elementwise;
  gk_block8_ops block8;
} gk_ops;

/* The table that each variant's shared object exports, as gk_ops_<variant>. */
GK_EXPORT extern const gk_ops gk_ops_scalar;
GK_EXPORT extern const gk_ops gk_ops_neon_dotprod;
GK_EXPORT extern const gk_ops gk_ops_neon_i8mm_bf16;

/* Name of the environment variable that gk_load obeys: the highest variant allowed, by name. */
#define GK_MAX_VARIANT_ENV "GRAVITON_KERNELS_MAX_VARIANT"

/* What the kernel tells about this CPU; all 0 on a machine that is not Arm64 Linux. */
typedef struct gk_cpu {
  uint64_t hwcap;  /* getauxval(AT_HWCAP) */
  uint64_t hwcap2; /* getauxval(AT_HWCAP2) */
  uint64_t midr;   /* MIDR_EL1 of the core that asks; 0 where the kernel does not show it */
} gk_cpu;

/*
 * The highest variant that a CPU with these capability words runs: a pure function. Unknown bits are ignored.
 * Bits: Linux arch/arm64/include/uapi/asm/hwcap.h. `midr` can only lower the answer: a core that is known to lack a
 * feature does not get it, whatever a hypervisor or emulator puts into the words. 0 and unknown cores lower nothing.
 */
GK_EXPORT gk_variant gk_detect(uint64_t hwcap, uint64_t hwcap2, uint64_t midr);

/*
 * The lower of `detected` and the variant named `max_name`, to *limited: a pure function that never raises.
 * NULL or "" as `max_name` sets no limit.
 * Errors: NULL_POINTER (limited); UNKNOWN_VARIANT (`detected` or `max_name`).
 */
GK_EXPORT gk_status gk_limit_variant(gk_variant detected, const char *max_name, gk_variant *limited);

/* The capability bits that a variant needs, to *needed (its midr is 0). Errors: NULL_POINTER, UNKNOWN_VARIANT. */
GK_EXPORT gk_status gk_variant_needs(gk_variant variant, gk_cpu *needed);

/* For example "neon_dotprod"; NULL for a number that is no variant. */
GK_EXPORT const char *gk_variant_name(gk_variant variant);

/* The variant of this name, to *variant. Errors: NULL_POINTER, UNKNOWN_VARIANT. */
GK_EXPORT gk_status gk_variant_from_name(const char *name, gk_variant *variant);

/* For example "GK_ERROR_SHAPE"; never NULL. */
GK_EXPORT const char *gk_status_name(gk_status status);

/* Reads the capability words and the MIDR of this CPU. */
GK_EXPORT gk_cpu gk_read_cpu(void);

/*
 * Loads the best variant for this CPU, lowered by GRAVITON_KERNELS_MAX_VARIANT, from the directory of
 * libgraviton_kernels.so, and gives its table to *ops. The object stays loaded until the process ends.
 * Errors: NULL_POINTER; UNKNOWN_VARIANT (the environment variable names none: nothing is guessed); OBJECT.
 */
GK_EXPORT gk_status gk_load(const gk_ops **ops);

/*
 * Loads one variant whether or not this CPU can run it: for tests and benchmarks. Calling its kernels on a CPU
 * that lacks its features ends the process by SIGILL.
 * Errors: NULL_POINTER, UNKNOWN_VARIANT, OBJECT.
 */
GK_EXPORT gk_status gk_load_variant(gk_variant variant, const gk_ops **ops);

#ifdef __cplusplus
}
#endif

#endif
