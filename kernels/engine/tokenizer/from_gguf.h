/* The tokenizer of a GGUF file. */
#ifndef GTOK_FROM_GGUF_H
#define GTOK_FROM_GGUF_H

#include "gguf/gguf.h"
#include "tokenizer/tokenizer.h"

/* As gtok_create. The file may be closed afterwards. A key with a value of another type is an error. */
GTOK_EXPORT gtok_status gtok_create_from_gguf(const ge_gguf *file, gtok_tokenizer **tokenizer, gtok_error *error);

#endif
