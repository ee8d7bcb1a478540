/* The pre-tokenizers of byte-level BPE: how a text is cut into pieces, within which alone tokens are merged. */
#ifndef GTOK_PRE_TOKENIZER_H
#define GTOK_PRE_TOKENIZER_H

#include "tokenizer/tokenizer.h"

/*
 * One pass of cutting: the end of the piece that begins at `at`, which lies before text.length. The pass looks at nothing
 * outside of `text`.
 */
typedef size_t gtok_cut(ge_text text, size_t at);

enum { GTOK_CUTS_MAX = 4 };

typedef struct gtok_pre_tokenizer {
  const char *name;               /* value of tokenizer.ggml.pre */
  gtok_cut *cuts[GTOK_CUTS_MAX];  /* each cuts the pieces of the one before; NULL after the last */
  uint8_t ignores_merges;         /* a piece that is a token is that token, however it would merge */
  uint8_t adds_bos;               /* unless tokenizer.ggml.add_bos_token says otherwise */
  uint8_t normal_form;            /* gtok_normal_form */
} gtok_pre_tokenizer;

/* The pre-tokenizer of a name, "" being "default"; NULL when it is not built. */
const gtok_pre_tokenizer *gtok_find_pre_tokenizer(ge_text name);

/* Writes the names that are built, with commas between them. */
void gtok_list_pre_tokenizers(char *names, size_t capacity);

/* Receives one piece; anything but GE_OK ends the cutting. */
typedef ge_status gtok_piece_handler(void *context, ge_text piece);

ge_status gtok_cut_into_pieces(const gtok_pre_tokenizer *pre, ge_text text, gtok_piece_handler *handler,
                               void *context);

#endif
