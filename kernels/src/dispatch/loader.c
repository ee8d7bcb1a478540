/* dladdr is an extension of glibc and musl. */
#define _GNU_SOURCE
#include "graviton_kernels.h"

#include <dlfcn.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>

#include "dispatch/hwcap.h"

gk_cpu gk_read_cpu(void) {
  gk_cpu cpu = {0, 0, 0};
#if defined(__aarch64__)
  cpu.hwcap = getauxval(AT_HWCAP);
  cpu.hwcap2 = getauxval(AT_HWCAP2);
  /* With HWCAP_CPUID the kernel answers this read, which otherwise ends by SIGILL outside of the kernel. */
  if ((cpu.hwcap & GK_HWCAP_CPUID) != 0) {
    __asm__("mrs %0, midr_el1" : "=r"(cpu.midr));
  }
#endif
  return cpu;
}

gk_status gk_load(const gk_ops **ops) {
  const gk_cpu cpu = gk_read_cpu();
  gk_variant variant;
  const gk_status status =
      gk_limit_variant(gk_detect(cpu.hwcap, cpu.hwcap2, cpu.midr), getenv(GK_MAX_VARIANT_ENV), &variant);
  return status == GK_OK ? gk_load_variant(variant, ops) : status;
}

/*
 * Writes the path of a variant's object beside this one. An absolute path keeps LD_LIBRARY_PATH from slipping in a
 * variant of another build. Not dlopen's own $ORIGIN: under an interposed dlopen (ASan) that is the interposer's.
 */
static int variant_path(const char *name, char *path, size_t size) {
  Dl_info self;
  /* ISO C has no conversion from a function to an object pointer; any object of this library serves as well. */
  static const char anchor;
  if (dladdr(&anchor, &self) == 0 || self.dli_fname == NULL) {
    return 0;
  }
  const char *slash = strrchr(self.dli_fname, '/');
  const int directory = slash == NULL ? 0 : (int)(slash - self.dli_fname);
  const int length = snprintf(path, size, "%.*s/libgraviton_kernels_%s.so", slash == NULL ? 1 : directory,
                              slash == NULL ? "." : self.dli_fname, name);
  return length > 0 && (size_t)length < size;
}

static const gk_ops *open_table(const char *name) {
  char path[PATH_MAX];
  char symbol[64];
  if (!variant_path(name, path, sizeof path)) {
    return NULL;
  }
  (void)snprintf(symbol, sizeof symbol, "gk_ops_%s", name);
  void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  return handle == NULL ? NULL : dlsym(handle, symbol);
}

gk_status gk_load_variant(gk_variant variant, const gk_ops **ops) {
  const char *name = gk_variant_name(variant);
  if (ops == NULL) {
    return GK_ERROR_NULL_POINTER;
  }
  if (name == NULL) {
    return GK_ERROR_UNKNOWN_VARIANT;
  }
  const gk_ops *table = open_table(name);
  if (table == NULL || table->abi_version != GK_ABI_VERSION || table->size != sizeof *table ||
      table->variant != variant) {
    return GK_ERROR_OBJECT;
  }
  *ops = table;
  return GK_OK;
}
