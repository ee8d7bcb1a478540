/* Counts what was checked, and prints the first failures of a variant. */
#ifndef GK_SELFTEST_TALLY_H
#define GK_SELFTEST_TALLY_H

typedef struct tally {
  const char *variant;
  unsigned long checks;
  unsigned long failures;
  double largest_error; /* largest share of its bound that an error against an f64 reference took */
} tally;

/* Counts one check; prints the message when it failed and few have before. Returns `passed`. */
__attribute__((format(printf, 3, 4))) int tally_check(tally *t, int passed, const char *format, ...);

/* Whether an error is within its bound, both 0 or more; keeps the largest share seen. No check is counted. */
int tally_error(tally *t, double error, double bound);

#endif
