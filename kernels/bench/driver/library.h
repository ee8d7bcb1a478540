/* What is measured: the kernels of this project, or a peer that is loaded at run time. */
#ifndef GK_BENCH_LIBRARY_H
#define GK_BENCH_LIBRARY_H

#include <stddef.h>

#include "measure.h"

/*
 * A kernel and its shape, from "kernel:a,b,c":
 *   gk4, i8, block8, bf16               M,N,K
 *   attention_prefill, attention_decode queries,keys,head dimension; one head
 *   rms_norm, softmax, swiglu           rows,elements of a row
 *   rope                                rows,elements of a row; heads of 128
 * Dimensions that a kernel does not have are 1.
 */
typedef struct case_spec {
  const char *text;
  char kernel[32];
  size_t shape[3];
} case_spec;

typedef struct library {
  const char *name;
  const char *argument; /* what --from gives it, for the help text; NULL if it takes nothing */
  /* Loads it and prints one line of JSON that says what was loaded; ends the process on failure. */
  void (*open)(const char *from);
  /* Fills *subject; 0 if this library has nothing for the case. */
  int (*make)(const case_spec *spec, bench_case *subject);
} library;

extern const library library_ours, library_ggml, library_onnxruntime;

#endif
