#include "exit.h"

/* A self-test that finds something wrong, and says so by its exit status. */
void _start(void) { exit_with(1); }
