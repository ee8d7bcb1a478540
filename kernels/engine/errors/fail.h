/* Makes messages of errors. */
#ifndef GRAVITON_ENGINE_FAIL_H
#define GRAVITON_ENGINE_FAIL_H

#include "graviton_engine/status.h"

/*
 * Writes the message, cut to its room, and gives `status` back, for `return ge_fail(...)`. Bytes that are no printable
 * ASCII become '?': names in files may hold anything, and messages reach logs.
 */
__attribute__((format(printf, 3, 4))) ge_status ge_fail(ge_error *error, ge_status status, const char *format, ...);

/* For "%.*s" of a text of any length: its first 80 bytes. */
#define GE_SHOWN(text) (int)((text).length < 80 ? (text).length : 80), (text).bytes

#endif
