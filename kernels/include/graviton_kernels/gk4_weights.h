/*
 * Making GK4 weights, and reading them back: portable C, done once for each model, so in libgraviton_kernels.so and not
 * in the variants. The format is specified in docs/gk4.md; its sizes and offsets are pack_*_gk4p16 of any variant.
 *
 * A source has n rows of k values: row j is column j of the product, with its k values side by side, the
 * [out_features][in_features] order in which model files store weights.
 */
#ifndef GRAVITON_KERNELS_GK4_WEIGHTS_H
#define GRAVITON_KERNELS_GK4_WEIGHTS_H

#include "graviton_kernels/gk4.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Bytes of a GGUF block of 32 weights (ggml-common.h of ggml 0.9: block_q4_0, block_q8_0). */
#define GK_GGUF_Q4_0_BYTES 18u
#define GK_GGUF_Q8_0_BYTES 34u

/* Bytes of n x k GK4 weights, to *size. Errors: NULL_POINTER, SHAPE. */
GK_EXPORT gk_status gk_gk4_weights_size(size_t n, size_t k, size_t superblock, size_t *size);

/*
 * Quantises f32 or bf16 (the upper half of an f32) weights.
 *   src         row j at (const char *)src + j * src_stride; aligned to its element
 *   src_stride  bytes, a multiple of the element's size, one row..GK_STRIDE_MAX
 *   dst         aligned to GK_ALIGNMENT; dst_size bytes, at least gk_gk4_weights_size
 * The error of a weight is at most 0.6 of its block's step plus the largest magnitude of its superblock / 210; both are
 * about 1/16 of what 8 * step spans. Weights below about 2^-17 in a whole superblock become 0: their scale is no f16.
 * Errors: NULL_POINTER, SHAPE, STRIDE, MISALIGNED, BUFFER_TOO_SMALL; VALUE (a weight is Inf or NaN, or so large that
 * its superblock's scale leaves f16: about 7.8e6).
 */
GK_EXPORT gk_status gk_gk4_quantise_f32(size_t n, size_t k, size_t superblock, const float *src, size_t src_stride,
                                        void *dst, size_t dst_size);
GK_EXPORT gk_status gk_gk4_quantise_bf16(size_t n, size_t k, size_t superblock, const uint16_t *src, size_t src_stride,
                                         void *dst, size_t dst_size);

/*
 * Imports rows of GGUF blocks; k is a multiple of 32 (SHAPE else), src and src_stride need no alignment, a row has
 * k / 32 blocks. The values are those of the blocks, quantised as above: Q4_0's own 4-bit codes stay only where its
 * block scale is a multiple of the superblock's.
 */
GK_EXPORT gk_status gk_gk4_import_q4_0(size_t n, size_t k, size_t superblock, const void *src, size_t src_stride,
                                       void *dst, size_t dst_size);
GK_EXPORT gk_status gk_gk4_import_q8_0(size_t n, size_t k, size_t superblock, const void *src, size_t src_stride,
                                       void *dst, size_t dst_size);

/*
 * The weights as f32: scale * sub-scale * q, each exact product rounded once.
 *   src         aligned to GK_ALIGNMENT; src_size bytes, at least gk_gk4_weights_size
 *   dst         n rows of k f32, aligned to 4; dst_stride bytes, a multiple of 4, 4 * k..GK_STRIDE_MAX
 * Errors: NULL_POINTER, SHAPE, STRIDE, MISALIGNED, BUFFER_TOO_SMALL (src).
 */
GK_EXPORT gk_status gk_gk4_dequantise_f32(size_t n, size_t k, size_t superblock, const void *src, size_t src_size,
                                          float *dst, size_t dst_stride);

/*
 * Looks at each sub-scale and scale. The kernels are safe on any bytes, but equal bits over variants are promised only
 * for weights that pass. Errors: NULL_POINTER, SHAPE, BUFFER_TOO_SMALL; VALUE (a sub-scale beyond
 * GK_GK4_SUBSCALE_MAX, or a scale that is Inf, NaN or negative).
 */
GK_EXPORT gk_status gk_gk4_check_weights(size_t n, size_t k, size_t superblock, const void *src, size_t src_size);

#ifdef __cplusplus
}
#endif

#endif
