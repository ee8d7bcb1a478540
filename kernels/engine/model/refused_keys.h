/* Keys by which a file changes what its architecture computes, in ways that this engine does not. */
#ifndef GRAVITON_ENGINE_MODEL_REFUSED_KEYS_H
#define GRAVITON_ENGINE_MODEL_REFUSED_KEYS_H

#include "gguf/gguf.h"

/*
 * Refuses a file with such a key, unless its value is the one that changes nothing: tools write keys at their defaults.
 *   prefix  the architecture's name, with which keys begin
 * Errors: FORMAT (a value of another type), UNSUPPORTED.
 */
ge_status ge_refuse_keys(const ge_gguf *file, const char *prefix, ge_error *error);

#endif
