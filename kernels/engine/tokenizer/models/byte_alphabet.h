/* The characters by which GPT-2 writes bytes in the texts of its tokens. */
#ifndef GTOK_BYTE_ALPHABET_H
#define GTOK_BYTE_ALPHABET_H

#include "tokenizer/tokenizer.h"

/*
 * Writes the bytes that the characters of `text` stand for, text.length of them at most, and returns how many. A text that
 * has any other character stands for itself, and is copied.
 */
size_t gtok_from_byte_alphabet(ge_text text, char *bytes);

#endif
