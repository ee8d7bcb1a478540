/*
 * Output that follows a grammar. A matcher reads an answer token by token, and says which tokens may come next: those
 * after which the text is still the beginning of a text of the grammar, and the tokens that end an answer exactly where
 * the text is whole. While a matcher takes what its masks allow there is always a next token.
 *
 * A grammar is a pushdown automaton over bytes. A rule is a state from which edges lead to states that accept. A state
 * may be entered by way of bytes, of nothing, or of a call: then the text up to where the called rule accepts is read,
 * and the caller goes on. Several edges may fit the same bytes: all of them are followed at once.
 */
#ifndef GRAVITON_ENGINE_GRAMMAR_H
#define GRAVITON_ENGINE_GRAMMAR_H

#include "graviton_engine/status.h"
#include "tokenizer/tokenizer.h"

/*
 * The words of a grammar:
 *
 *   version, number of states, number of edges, first state, first state of the rule of a string's character (or NONE);
 *   for each state   the number of its first edge; height | accepts << 8 | run << 16;
 *   for each edge    kind | low << 8 | high << 16, or kind | called state << 8; the state that it leads to.
 *
 * The edges of a state end where those of the next one begin. `height` is how many calls must at least be open at a time
 * on the way from here to an accepting state, or GE_GRAMMAR_ENDLESS. `run` only saves time: it is how many characters of a
 * string without quotes, backslashes and control characters fit, or GE_GRAMMAR_RUN_FREE, in a state that neither calls
 * nor accepts nor has empty edges, and after a call of the rule of a string's character.
 */
#define GE_GRAMMAR_VERSION 1u
#define GE_GRAMMAR_HEADER_WORDS 5u
#define GE_GRAMMAR_NONE UINT32_MAX
#define GE_GRAMMAR_ENDLESS 255u
#define GE_GRAMMAR_RUN_FREE 65535u

typedef enum ge_edge_kind {
  GE_EDGE_BYTES = 0, /* a byte from low to high */
  GE_EDGE_EMPTY = 1,
  GE_EDGE_CALL = 2
} ge_edge_kind;

/* Largest grammar, and most calls that are open at a time: a text that would need more does not match. */
#define GE_GRAMMAR_STATES_MAX 65536u
#define GE_GRAMMAR_EDGES_MAX 262144u
#define GE_GRAMMAR_DEPTH_MAX 64u

typedef struct ge_token_set ge_token_set;
typedef struct ge_matcher ge_matcher;

/*
 * Sorts the tokens of a vocabulary by their bytes. It keeps nothing of the tokenizer, never changes, and any number of
 * threads may use it. Errors: MEMORY; UNSUPPORTED (no token for one of the bytes that texts in UTF-8 need, or none that
 * ends an answer: such a model could be led where no token fits).
 */
GE_EXPORT ge_status ge_token_set_new(const gtok_tokenizer *tokenizer, ge_token_set **set, ge_error *error);
GE_EXPORT void ge_token_set_free(ge_token_set *set);

/*
 * Makes a matcher that has read nothing yet. The grammar is copied; the set must outlive the matcher.
 * Errors: ARGUMENT (the words are no grammar), UNSUPPORTED (no text matches within the depth), MEMORY.
 */
GE_EXPORT ge_status ge_matcher_new(const ge_token_set *set, const uint32_t *grammar, size_t words,
                                   ge_matcher **matcher, ge_error *error);
GE_EXPORT void ge_matcher_free(ge_matcher *matcher);

/*
 * The tokens that may come next, as ge_constrain takes them: (tokens of the set + 31) / 32 words, the matcher's own until
 * it reads more. Errors: UNSUPPORTED (the grammar can be read in too many ways here), MEMORY.
 */
GE_EXPORT ge_status ge_matcher_mask(ge_matcher *matcher, const uint32_t **mask, ge_error *error);

/*
 * Reads a token, none that ends an answer. Errors, with the matcher as it was: ARGUMENT (the grammar does not allow it),
 * UNSUPPORTED, MEMORY.
 */
GE_EXPORT ge_status ge_matcher_accept(ge_matcher *matcher, uint32_t token, ge_error *error);

#endif
