"""Texts that pull the rules of tokenizers apart, made the same on every run."""

import random

# One or two of each class of characters that a pattern tells apart, and what patterns name.
PIECES = (
    list("aAzZ10 \n\r\t'!/$+_-.\u00a0\u2028\u3000\u0085\u001f\u200b\u200d")
    + ["'s", "'S", "'re", "'LL", "'\u017f", "\u017f", "\u0131", "\u0130", "  ", "\r\n", " \n", "\n ", "   ", "123", "2024"]
    + ["\u0663", "\u2167", "\u00b2", "\u0e51", "\u0301", "\u20dd", "\u093f", "\u00aa", "\u02b0", "\u01c5", "\u00df", "\u00e9"]
    + ["\u3042", "\u6f22", "\ud55c", "\u05d0", "\u0e01", "\u1e9e", "\U0001f600", "\U0001f1e9\U0001f1ea", "\U00010400", "\U0001d7ce"]
    + ["<|user|>", "<|tool|>", "<|", "|>", "<s>", "</s>", "<0x0A>", "\u2581", "\u0120", "\ufffd", "\ufeff", "\u0000", "\ue000", "\U000e0001"]
)

HAND_MADE = [
    "", " ", "  ", "\n", "\r\n\r\n", "\t\t", " a", "a ", "  a  b   c", "Hello world", "Hello, world!\n\nHow're you? I'm fine; they'll've left.",
    "HELLO WORLD'S END", "don't DON'T Don'T", "x=1;y==22;z!=333333", "3.14159 1,000,000 0x1F", "foo_bar camelCase PascalCase SCREAMING_CASE",
    "for (let i = 0; i < 10; i++) {\n\treturn `${i}`;\n}\n", "https://example.com/a/b?c=d&e=%20#f", "\u00bfQu\u00e9? \u00a1S\u00ed!",
    "e\u0301cole \u00e9cole", "\U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f3f3\ufe0f\u200d\U0001f308", "a\u0300\u0301\u0302\u0303b",
    "\u0967\u0968\u0969 \u0664\u0665\u0666 \u2460\u2461 \u00bd\u00bc", "tab\tnew\nline\rreturn\u000bvt\u000cff", "\u2028\u2029\u0085", " " * 100 + "x", "\n" * 50,
    "<|user|>Hi<|tool|>", "a<|user|>b<|user|><|user|> c", "<|user|", "<|user<|user|>|>", "x" * 300, "\u4f60\u597d\uff0c\u4e16\u754c\uff01", "1234567890" * 10,
]


def random_texts(count, seed):
    chooser = random.Random(seed)
    return ["".join(chooser.choices(PIECES, k=chooser.randint(1, 24))) for _ in range(count)]


def code_point_texts():
    """Every assigned plane's code points, each among neighbours that give its class away."""
    planes = [c for c in [*range(0x30000), *range(0xE0000, 0xE1000)] if not 0xD800 <= c < 0xE000]
    blocks = [planes[at : at + 512] for at in range(0, len(planes), 512)]
    return ["".join(f"a{chr(c)}a!{chr(c)}!1{chr(c)}1A{chr(c)}a" for c in block) for block in blocks]
