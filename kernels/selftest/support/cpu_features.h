/* Linux HWCAP names of capability bits. */
#ifndef GK_SELFTEST_CPU_FEATURES_H
#define GK_SELFTEST_CPU_FEATURES_H

#include "graviton_kernels.h"

/* Prints the names of the known bits in `cpu`, divided by `separator`, or "-" when there are none. */
void print_features(gk_cpu cpu, const char *separator);

#endif
