/*
 * Text to tokens and back, as the model's GGUF file describes it.
 *
 * Two models, named as in `tokenizer.ggml.model`: `gpt2` (byte-level BPE behind a pre-tokenizer, Llama 3, Qwen, Mistral
 * Nemo) and `llama` (SentencePiece BPE by scores with byte fallback, Llama 2, Mistral 7B). A tokenizer never changes once
 * made: any number of threads may use it. No call aborts, whatever the bytes; time is linear in the text but for the
 * logarithm of one heap.
 */
#ifndef GRAVITON_TOKENIZER_H
#define GRAVITON_TOKENIZER_H

#include "gguf/text.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Longest text of one call, in bytes: an index of a symbol, and three bytes for each space, must fit 32 bits. */
#define GTOK_TEXT_MAX ((size_t)1 << 30)

/* Most tokens of a vocabulary. */
#define GTOK_TOKENS_MAX ((size_t)1 << 24)

/* A token that a vocabulary does not have. */
#define GTOK_NONE (-1)

/* `tokenizer.ggml.token_type`. */
typedef enum gtok_type {
  GTOK_TYPE_NORMAL = 1,
  GTOK_TYPE_UNKNOWN = 2,
  GTOK_TYPE_CONTROL = 3,
  GTOK_TYPE_USER_DEFINED = 4,
  GTOK_TYPE_UNUSED = 5,
  GTOK_TYPE_BYTE = 6
} gtok_type;

/* A key that the file may leave out; the model's own default then holds. */
typedef enum gtok_choice { GTOK_UNSET = 0, GTOK_NO = 1, GTOK_YES = 2 } gtok_choice;

/* What a GGUF file says about its tokenizer. Only read while gtok_create runs. */
typedef struct gtok_vocabulary {
  ge_text model;           /* tokenizer.ggml.model: "gpt2" or "llama" */
  ge_text pre;             /* tokenizer.ggml.pre; empty means "default". For gpt2 alone */
  size_t token_count;      /* 1 to GTOK_TOKENS_MAX */
  const ge_text *tokens;   /* tokenizer.ggml.tokens */
  const float *scores;     /* tokenizer.ggml.scores, token_count of them. For llama alone; may be NULL for gpt2 */
  const int32_t *types;    /* tokenizer.ggml.token_type, token_count of them; NULL: all are GTOK_TYPE_NORMAL */
  size_t merge_count;
  const ge_text *merges;   /* tokenizer.ggml.merges, "left right" by falling priority. For gpt2 alone */
  int32_t bos;             /* tokenizer.ggml.bos_token_id, or GTOK_NONE; so the following */
  int32_t eos;
  int32_t eot;
  int32_t eom;
  int32_t unknown;
  gtok_choice add_bos;          /* tokenizer.ggml.add_bos_token; by default yes for llama, llama-bpe and tekken */
  gtok_choice add_eos;          /* tokenizer.ggml.add_eos_token; by default no */
  gtok_choice add_space_prefix; /* tokenizer.ggml.add_space_prefix; by default yes for llama, and never for gpt2 */
} gtok_vocabulary;

typedef struct gtok_tokenizer gtok_tokenizer;

/* A vocabulary with no key set, to be filled in. */
GE_EXPORT gtok_vocabulary gtok_vocabulary_defaults(void);

/*
 * Makes a tokenizer; *tokenizer is NULL when that fails. Errors: FORMAT (the vocabulary contradicts itself), UNSUPPORTED
 * (a model or pre-tokenizer that is not built; the message lists those that are), MEMORY.
 */
GE_EXPORT ge_status gtok_create(const gtok_vocabulary *vocabulary, gtok_tokenizer **tokenizer, ge_error *error);

/* Frees a tokenizer; NULL is allowed. */
GE_EXPORT void gtok_destroy(gtok_tokenizer *tokenizer);

/* Flags of gtok_encode. */
enum {
  GTOK_ADD_SPECIAL = 1,  /* BOS before and EOS after, as far as the model asks for them */
  GTOK_PARSE_SPECIAL = 2 /* the text of a control token becomes that token; without it, text can never make one */
};

/*
 * Writes the tokens of `text`, and to *count how many there are, also when `capacity` is too small for them.
 * User-defined tokens are units always, control tokens with GTOK_PARSE_SPECIAL. Bytes that are no UTF-8 go through the
 * byte tokens. Errors: ARGUMENT (more than GTOK_TEXT_MAX bytes), CAPACITY, MEMORY.
 */
GE_EXPORT ge_status gtok_encode(const gtok_tokenizer *tokenizer, ge_text text, unsigned flags, int32_t *tokens,
                                size_t capacity, size_t *count);

/* The form into which the model's own normalizer brings a text before it is encoded. */
typedef enum gtok_normal_form { GTOK_NORMAL_FORM_NONE = 0, GTOK_NORMAL_FORM_NFC = 1 } gtok_normal_form;

/*
 * What the caller owes: Qwen's published tokenizers bring text to Unicode's form NFC first, which GGUF does not record,
 * and for which callers have a library. Text that is in that form already, nearly all of it, needs nothing.
 */
GE_EXPORT gtok_normal_form gtok_expected_normal_form(const gtok_tokenizer *tokenizer);

GE_EXPORT size_t gtok_token_count(const gtok_tokenizer *tokenizer);
GE_EXPORT int32_t gtok_bos(const gtok_tokenizer *tokenizer); /* or GTOK_NONE; so gtok_eos */
GE_EXPORT int32_t gtok_eos(const gtok_tokenizer *tokenizer);

/*
 * Whether a model that gives this token has ended its turn: EOS, EOT, EOM, and control and user-defined tokens that are
 * known by their names.
 */
GE_EXPORT int gtok_ends_generation(const gtok_tokenizer *tokenizer, int32_t token);

/*
 * The bytes that a token stands for; those of control tokens are their names. They live as long as the tokenizer.
 * Errors: ARGUMENT (no token of this vocabulary).
 */
GE_EXPORT ge_status gtok_token_bytes(const gtok_tokenizer *tokenizer, int32_t token, ge_text *bytes);

/*
 * Writes the bytes by which a token continues a text: nothing for control tokens, the byte of a byte token, and spaces
 * where SentencePiece has marks. To *size how many there are, also when `capacity` is too small for them.
 * Errors: ARGUMENT (no token), CAPACITY.
 */
GE_EXPORT ge_status gtok_token_output(const gtok_tokenizer *tokenizer, int32_t token, char *bytes, size_t capacity,
                                      size_t *size);

/* What kind of a token it is. Errors: ARGUMENT (no token). */
GE_EXPORT ge_status gtok_token_type(const gtok_tokenizer *tokenizer, int32_t token, gtok_type *type);

/* Where the decoding of one sequence of tokens stands. Begin with gtok_stream_begin. */
typedef struct gtok_stream {
  unsigned char held[4]; /* the beginning of a character whose end no token has brought yet */
  uint8_t held_size;
  uint8_t drop_space; /* the next text begins with the space that gtok_encode put before it */
} gtok_stream;

/*
 * Begins to decode. `at_start_of_text` says that the tokens are a whole text as gtok_encode made it, and not its
 * continuation: the space that it put in front is then left out.
 */
GE_EXPORT void gtok_stream_begin(const gtok_tokenizer *tokenizer, int at_start_of_text, gtok_stream *stream);

/* Flag of gtok_stream_push. */
enum { GTOK_SHOW_SPECIAL = 1 /* control tokens give their names; without it nothing */ };

/* Bytes that one gtok_stream_push, or gtok_stream_end, can write at most. */
GE_EXPORT size_t gtok_stream_bound(const gtok_tokenizer *tokenizer);

/*
 * Writes the text that is certain after one more token: always whole characters of valid UTF-8. Bytes that can be no
 * character give U+FFFD, one for each maximal piece as in the Encoding Standard; a beginning is held back.
 * Errors, with the stream as it was: ARGUMENT (no token), CAPACITY.
 */
GE_EXPORT ge_status gtok_stream_push(const gtok_tokenizer *tokenizer, gtok_stream *stream, int32_t token,
                                     unsigned flags, char *text, size_t capacity, size_t *size);

/* Writes what is still held back: nothing, or one U+FFFD. Errors: CAPACITY. */
GE_EXPORT ge_status gtok_stream_end(gtok_stream *stream, char *text, size_t capacity, size_t *size);

#ifdef __cplusplus
}
#endif

#endif
