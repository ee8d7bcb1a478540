#include "checks.h"

#include <string.h>

/* A family's struct is its size, then nothing but function pointers. */
static int has_all_entries(const void *family, size_t size) {
  for (size_t at = sizeof(void *); at + sizeof(void *) <= size; at += sizeof(void *)) {
    void *entry;
    memcpy(&entry, (const char *)family + at, sizeof entry);
    if (entry == NULL) {
      return 0;
    }
  }
  return 1;
}

#define CHECK_FAMILY(ops, t, family)                                                                              \
  (void)tally_check(t,                                                                                            \
                    (ops)->family.size == sizeof (ops)->family &&                                                 \
                        has_all_entries(&(ops)->family, sizeof (ops)->family),                                    \
                    "the table of " #family " has another size or lacks an entry")

void check_tables(variant_set *set) {
  for (size_t i = 0; i < set->count; i++) {
    const gk_ops *ops = set->ops[i];
    tally *t = &set->tallies[i];
    CHECK_FAMILY(ops, t, i8);
    CHECK_FAMILY(ops, t, gk4);
    CHECK_FAMILY(ops, t, bf16);
    CHECK_FAMILY(ops, t, attention);
    CHECK_FAMILY(ops, t, elementwise);
    CHECK_FAMILY(ops, t, block8);
  }
}
