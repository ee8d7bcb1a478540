/* The single passes that pre_tokenizer.c puts together. Each comment has the regular expression that the pass stands for. */
#ifndef GTOK_CUTS_H
#define GTOK_CUTS_H

#include "tokenizer/pieces/pre_tokenizer.h"

gtok_cut gtok_cut_gpt2;
gtok_cut gtok_cut_llama3;
gtok_cut gtok_cut_qwen2;
gtok_cut gtok_cut_tekken;
gtok_cut gtok_cut_gpt4o;

/* \p{N}, each by itself */
gtok_cut gtok_cut_digit;
/* \p{N}+ */
gtok_cut gtok_cut_digits;
/* [0-9][0-9][0-9] */
gtok_cut gtok_cut_three_digits;
/* [\p{P}$+<=>^~|]+ */
gtok_cut gtok_cut_punctuation;

#endif
