/* Cases over the public API of this project: each does what a caller would, with all packing that is not done once. */
#ifndef GK_BENCH_OURS_H
#define GK_BENCH_OURS_H

#include <graviton_kernels.h>

#include "../library.h"
#include "../support.h"

/* The table that gk_load chose. */
extern const gk_ops *ours_ops;

/* Ends the process unless `status` is GK_OK. */
void ours_require(gk_status status, const char *call);
#define REQUIRE(call) ours_require(call, #call)

/* Each fills *subject, or returns 0 if the kernel of `spec` is not of its family. */
int ours_make_gk4(const case_spec *spec, bench_case *subject);
int ours_make_i8(const case_spec *spec, bench_case *subject);
int ours_make_bf16(const case_spec *spec, bench_case *subject);
int ours_make_block8(const case_spec *spec, bench_case *subject);
int ours_make_attention(const case_spec *spec, bench_case *subject);
int ours_make_elementwise(const case_spec *spec, bench_case *subject);

#endif
