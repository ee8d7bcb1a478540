#include "exit.h"

/* A self-test that passes where there is i8mm, and is ended by SIGILL elsewhere. */
void _start(void) {
  __asm__ volatile(".arch_extension i8mm\n smmla v0.4s, v1.16b, v2.16b" : : : "v0");
  exit_with(0);
}
