#include "support/tally.h"

#include <stdarg.h>
#include <stdio.h>

enum { PRINTED_FAILURES = 5 };

int tally_check(tally *t, int passed, const char *format, ...) {
  t->checks++;
  if (passed) {
    return passed;
  }
  t->failures++;
  if (t->failures <= PRINTED_FAILURES) {
    va_list arguments;
    va_start(arguments, format);
    (void)printf("  %s: ", t->variant);
    (void)vprintf(format, arguments);
    (void)printf("\n");
    va_end(arguments);
  }
  return passed;
}

int tally_error(tally *t, double error, double bound) {
  if (bound > 0 && error > t->largest_error * bound) {
    t->largest_error = error / bound;
  }
  return error <= bound;
}
