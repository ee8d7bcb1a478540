#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "library.h"
#include "support.h"

static const char usage[] =
    "graviton-kernels-bench LIBRARY [--from PLACE] KERNEL:A,B,C...\n"
    "\n"
    "  ours                           the kernels of this project, as gk_load chooses them\n"
    "  ggml --from DIRECTORY          ggml's shared objects\n"
    "  onnxruntime --from DIRECTORY   libonnxruntime.so.1 and models/KERNEL.onnx\n"
    "\n"
    "  gk4, i8, block8, bf16 : M,N,K    attention_prefill, attention_decode : QUERIES,KEYS,HEAD\n"
    "  rms_norm, softmax, swiglu, rope : ROWS,ELEMENTS\n"
    "\n"
    "Under qemu with the counting plug-in, each case is marked as a region and a line names its number. On an Arm64\n"
    "kernel, a line gives nanoseconds, and cycles and instructions of the PMU.\n";

static void parse_case(const char *text, case_spec *spec) {
  *spec = (case_spec){.text = text, .shape = {1, 1, 1}};
  const char *colon = strchr(text, ':');
  const size_t length = colon == NULL ? 0 : (size_t)(colon - text);
  if (length == 0 || length >= sizeof spec->kernel) {
    fail("a case is KERNEL:A,B,C: got %s", text);
  }
  memcpy(spec->kernel, text, length);
  const char *at = colon + 1;
  for (size_t i = 0; i < 3; i++) {
    char *end;
    spec->shape[i] = strtoul(at, &end, 10);
    if (end == at || spec->shape[i] == 0 || spec->shape[i] > 1u << 24 || (*end != ',' && *end != '\0')) {
      fail("a shape is one to three numbers from 1 to 16777216, with commas: got %s", text);
    }
    if (*end == '\0') {
      return;
    }
    at = end + 1;
  }
  fail("a shape has at most three numbers: got %s", text);
}

static const library *find_library(const char *name) {
  static const library *const known[] = {&library_ours, &library_ggml, &library_onnxruntime};
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    if (strcmp(known[i]->name, name) == 0) {
      return known[i];
    }
  }
  fail("LIBRARY is ours, ggml or onnxruntime: got %s", name);
}

/*
 * What a library does once, such as reserving memory, is some thousand instructions: it is kept out of the count of a
 * small case, and vanishes in one of hundreds of millions, which under emulation is slow enough once.
 */
static int wants_warming(measure_mode mode, const case_spec *spec) {
  return mode == MEASURE_NATIVE || spec->shape[0] * spec->shape[1] * spec->shape[2] < (size_t)1 << 27;
}

int main(int argc, char **argv) {
  if (argc < 2 || strcmp(argv[1], "--help") == 0) {
    (void)fputs(usage, argc < 2 ? stderr : stdout);
    return argc < 2 ? 2 : 0;
  }
  const library *measured = find_library(argv[1]);
  int first = 2;
  const char *from = NULL;
  if (first + 1 < argc && strcmp(argv[first], "--from") == 0) {
    from = argv[first + 1];
    first += 2;
  }
  if ((from == NULL) != (measured->argument == NULL)) {
    fail("%s takes %s", measured->name, measured->argument == NULL ? "no --from" : measured->argument);
  }
  if (argc - first > MEASURE_REGIONS) {
    fail("one process marks at most %d cases: got %d", MEASURE_REGIONS, argc - first);
  }
  const measure_mode mode = measure_detect();
  (void)setvbuf(stdout, NULL, _IOLBF, 0);
  measured->open(from);
  for (int i = first; i < argc; i++) {
    case_spec spec;
    bench_case subject;
    parse_case(argv[i], &spec);
    if (!measured->make(&spec, &subject)) {
      (void)printf("{\"case\": \"%s\", \"unavailable\": true}\n", spec.text);
      continue;
    }
    measure(mode, (unsigned)(i - first), wants_warming(mode, &spec), spec.text, &subject);
    subject.release(subject.context);
  }
  return 0;
}
