#include "ours.h"

#include <stdio.h>

const gk_ops *ours_ops;

void ours_require(gk_status status, const char *call) {
  if (status != GK_OK) {
    fail("%s: %s", gk_status_name(status), call);
  }
}

static void open_ours(const char *from) {
  (void)from;
  REQUIRE(gk_load(&ours_ops));
  (void)printf("{\"library\": \"ours\", \"version\": \"%s\", \"variant\": \"%s\"}\n", GK_VERSION_STRING,
               ours_ops->name);
}

static int make(const case_spec *spec, bench_case *subject) {
  static int (*const families[])(const case_spec *, bench_case *) = {
      ours_make_gk4, ours_make_i8, ours_make_bf16, ours_make_block8, ours_make_attention, ours_make_elementwise};
  for (size_t i = 0; i < sizeof families / sizeof *families; i++) {
    if (families[i](spec, subject)) {
      return 1;
    }
  }
  return 0;
}

const library library_ours = {.name = "ours", .open = open_ours, .make = make};
