#include "support/cpu_features.h"

#include <stdio.h>

#include "dispatch/hwcap.h"

typedef struct feature {
  const char *name;
  gk_cpu bit;
} feature;

static const feature features[] = {
    {"fp", {GK_HWCAP_FP, 0, 0}},           {"asimd", {GK_HWCAP_ASIMD, 0, 0}},       {"atomics", {GK_HWCAP_ATOMICS, 0, 0}},
    {"fphp", {GK_HWCAP_FPHP, 0, 0}},       {"asimdhp", {GK_HWCAP_ASIMDHP, 0, 0}},   {"asimddp", {GK_HWCAP_ASIMDDP, 0, 0}},
    {"bf16", {0, GK_HWCAP2_BF16, 0}},      {"i8mm", {0, GK_HWCAP2_I8MM, 0}},        {"sve", {GK_HWCAP_SVE, 0, 0}},
    {"sve2", {0, GK_HWCAP2_SVE2, 0}},      {"svebf16", {0, GK_HWCAP2_SVEBF16, 0}},  {"svei8mm", {0, GK_HWCAP2_SVEI8MM, 0}},
};

void print_features(gk_cpu cpu, const char *separator) {
  int printed = 0;
  for (size_t i = 0; i < sizeof features / sizeof features[0]; i++) {
    const gk_cpu bit = features[i].bit;
    if ((cpu.hwcap & bit.hwcap) != 0 || (cpu.hwcap2 & bit.hwcap2) != 0) {
      (void)printf("%s%s", printed ? separator : "", features[i].name);
      printed = 1;
    }
  }
  if (!printed) {
    (void)printf("-");
  }
}
