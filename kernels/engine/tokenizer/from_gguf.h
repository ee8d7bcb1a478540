/* The tokenizer of a GGUF file. */
#ifndef GTOK_FROM_GGUF_H
#define GTOK_FROM_GGUF_H

#include "gguf/gguf.h"
#include "tokenizer/tokenizer.h"

/* As gtok_create. The file may be closed afterwards. A key with a value of another type is an error. */
GE_EXPORT ge_status gtok_create_from_gguf(const ge_gguf *file, gtok_tokenizer **tokenizer, ge_error *error);

/* The same by the path of the file. Errors: also FILE. */
GE_EXPORT ge_status gtok_create_from_file(const char *path, gtok_tokenizer **tokenizer, ge_error *error);

#endif
