"""The pre-tokenizers as the models' published tokenizer.json files have them, by the value of tokenizer.ggml.pre.

Sources: the tokenizer.json of each family, as quoted in llama.cpp's src/llama-vocab.cpp (read 2026-11-23).
"""

GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
CONTRACTIONS = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)"
UPPER = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]"
LOWER = r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"
LEAD = r"[^\r\n\p{L}\p{N}]?"
SPACES = r"\s*[\r\n]+|\s+(?!\S)|\s+"


def words(digits):
    return CONTRACTIONS + "|" + LEAD + r"\p{L}+|" + digits + r"| ?[^\s\p{L}\p{N}]+[\r\n]*|" + SPACES


def cased(digits, suffix):
    lower = f"{LEAD}{UPPER}*{LOWER}+{suffix}"
    upper = f"{LEAD}{UPPER}+{LOWER}*{suffix}"
    return f"{lower}|{upper}|{digits}" + r"| ?[^\s\p{L}\p{N}]+[\r\n/]*|" + SPACES


# name: (passes, each cutting the pieces of the one before; whether a piece that is a token stays whole)
PATTERNS = {
    "llama-bpe": ([words(r"\p{N}{1,3}")], True),
    "qwen2": ([words(r"\p{N}")], False),
    "gpt-2": ([GPT2], False),
    "tekken": ([cased(r"\p{N}", "")], True),
    "gpt-4o": ([cased(r"\p{N}{1,3}", CONTRACTIONS + "?")], False),
    "smollm": ([r"\p{N}", GPT2], False),
    "default": ([r"[\p{P}\$\+<=>\^~\|]+", GPT2, r"\p{N}+", r"[0-9][0-9][0-9]"], False),
}
