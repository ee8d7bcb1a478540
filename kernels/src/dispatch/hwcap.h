/*
 * Capability bits of Arm64 Linux, from arch/arm64/include/uapi/asm/hwcap.h (Linux 6.1). Repeated here because the
 * host build runs where <asm/hwcap.h> describes another architecture.
 */
#ifndef GK_HWCAP_H
#define GK_HWCAP_H

#include <stdint.h>

#define GK_HWCAP_FP ((uint64_t)1 << 0)
#define GK_HWCAP_ASIMD ((uint64_t)1 << 1)
#define GK_HWCAP_ATOMICS ((uint64_t)1 << 8)
#define GK_HWCAP_FPHP ((uint64_t)1 << 9)
#define GK_HWCAP_ASIMDHP ((uint64_t)1 << 10)
#define GK_HWCAP_CPUID ((uint64_t)1 << 11)
#define GK_HWCAP_ASIMDDP ((uint64_t)1 << 20)
#define GK_HWCAP_SVE ((uint64_t)1 << 22)
#define GK_HWCAP2_SVE2 ((uint64_t)1 << 1)
#define GK_HWCAP2_SVEI8MM ((uint64_t)1 << 9)
#define GK_HWCAP2_SVEBF16 ((uint64_t)1 << 12)
#define GK_HWCAP2_I8MM ((uint64_t)1 << 13)
#define GK_HWCAP2_BF16 ((uint64_t)1 << 14)

#endif
