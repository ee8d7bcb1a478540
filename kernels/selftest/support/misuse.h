/* For the checks of a family's misuse: they define FAMILY, its name, before they include this. */
#ifndef GK_SELFTEST_MISUSE_H
#define GK_SELFTEST_MISUSE_H

#include <stdint.h>

#include "graviton_kernels.h"
#include "support/canary.h"
#include "support/tally.h"

/* What a call gave that departs from valid ones in one point, of which `what` speaks. */
static inline void expect(tally *t, gk_status expected, gk_status got, const char *what) {
  (void)tally_check(t, got == expected, FAMILY " %s: got %s, expected %s", what, gk_status_name(got),
                    gk_status_name(expected));
}

static inline void *off_by_1(const void *pointer) {
  return (char *)(uintptr_t)pointer + 1;
}

#endif
