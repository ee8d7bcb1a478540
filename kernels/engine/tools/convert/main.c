/* graviton-engine-convert: writes a copy of a GGUF model whose layers are GK4. */
#include <stdio.h>
#include <unistd.h>

#include "graviton_engine.h"

int main(int argc, char **argv) {
  ge_error error;
  if (argc != 3 || argv[1][0] == '-') {
    (void)fputs("usage: graviton-engine-convert INPUT.gguf OUTPUT.gguf\n"
                "exit status: 0 written; 1 not written, and standard error says why; 2 wrong use\n",
                stderr);
    return 2;
  }
  const long processors = sysconf(_SC_NPROCESSORS_ONLN);
  const uint32_t threads = processors < 1 ? 1 : processors > GE_THREADS_MAX ? GE_THREADS_MAX : (uint32_t)processors;
  const ge_status status = ge_convert(argv[1], argv[2], threads, &error);
  if (status != GE_OK) {
    (void)fprintf(stderr, "graviton-engine-convert: %s: %s\n", ge_status_name(status), error.text);
    return 1;
  }
  return 0;
}
