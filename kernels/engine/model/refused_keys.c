#include "model/refused_keys.h"

#include <stdio.h>

#include "errors/fail.h"

#define KEY_BYTES 96

/* Source: src/llama-arch.cpp and the graphs of llama.cpp (2026-11). */
static const struct {
  const char *name;
  float neutral[2];
  const char *meaning;
} numbers[] = {
    {"expert_count", {0.0f, 0.0f}, "a mixture of experts"},
    {"rope.scaling.attn_factor", {1.0f, 1.0f}, "RoPE that scales its cosines and sines"},
    {"attention.scale", {0.0f, 0.0f}, "scores with a scale of their own"},
    {"attention.clamp_kqv", {0.0f, 0.0f}, "queries, keys and values that are clamped"},
    {"attention.max_alibi_bias", {0.0f, 0.0f}, "positions by ALiBi"},
    {"embedding_scale", {0.0f, 1.0f}, "embeddings that are scaled"},
    {"residual_scale", {0.0f, 1.0f}, "residual streams that are scaled"},
    {"logit_scale", {0.0f, 1.0f}, "logits that are scaled"},
};

static ge_status mistyped(const char *key, const char *wanted, ge_error *error) {
  return ge_fail(error, GE_ERROR_FORMAT, "GGUF: %s is not %s", key, wanted);
}

static ge_status refuse_number(const ge_gguf *file, const char *key, size_t i, ge_error *error) {
  float value;
  const ge_gguf_found found = ge_gguf_get_f32(file, key, &value);
  if (found == GE_GGUF_MISTYPED) {
    return mistyped(key, "a number", error);
  }
  const bool is_neutral =
      found == GE_GGUF_ABSENT || value == numbers[i].neutral[0] || value == numbers[i].neutral[1];
  return is_neutral ? GE_OK
                    : ge_fail(error, GE_ERROR_UNSUPPORTED, "GGUF: %s is %g: %s, which this engine does not run", key,
                              (double)value, numbers[i].meaning);
}

/* Models that see what follows a token, made for embeddings. */
static ge_status refuse_noncausal(const ge_gguf *file, const char *prefix, ge_error *error) {
  char key[KEY_BYTES];
  bool is_causal = true;
  (void)snprintf(key, sizeof key, "%s.attention.causal", prefix);
  if (ge_gguf_get_bool(file, key, &is_causal) == GE_GGUF_MISTYPED) {
    return mistyped(key, "true or false", error);
  }
  return is_causal ? GE_OK
                   : ge_fail(error, GE_ERROR_UNSUPPORTED, "GGUF: %s is false: tokens that see later ones are not run",
                             key);
}

/* A model in several files, of which each has the metadata and some of the tensors. */
static ge_status refuse_split(const ge_gguf *file, ge_error *error) {
  uint32_t count = 0;
  if (ge_gguf_get_u32(file, "split.count", &count) == GE_GGUF_MISTYPED) {
    return mistyped("split.count", "a whole number", error);
  }
  return count < 2 ? GE_OK
                   : ge_fail(error, GE_ERROR_UNSUPPORTED,
                             "GGUF: the model is split into %u files; join them by llama-gguf-split --merge", count);
}

ge_status ge_refuse_keys(const ge_gguf *file, const char *prefix, ge_error *error) {
  ge_status status = refuse_split(file, error);
  if (status == GE_OK) {
    status = refuse_noncausal(file, prefix, error);
  }
  for (size_t i = 0; status == GE_OK && i < sizeof numbers / sizeof *numbers; i++) {
    char key[KEY_BYTES];
    (void)snprintf(key, sizeof key, "%s.%s", prefix, numbers[i].name);
    status = refuse_number(file, key, i, error);
  }
  return status;
}
