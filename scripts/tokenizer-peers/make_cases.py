"""Trains tokenizers with Hugging Face's `tokenizers` and Google's `sentencepiece`, and writes what they make of texts.

usage: make_cases.py CORPUS.json OUTPUT_DIRECTORY BPE_SIZE SENTENCEPIECE_SIZE RANDOM_TEXTS

CORPUS.json is a list of paragraphs: two of three train, every third is encoded. For each tokenizer a file NAME.json has the
vocabulary in the words of GGUF, and `cases`: a text, its tokens, and the text that the tokens give back.
"""

import json
import pathlib
import sys

import sentencepiece
from patterns import PATTERNS
from texts import HAND_MADE, code_point_texts, random_texts
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

NORMAL, UNKNOWN, CONTROL, USER_DEFINED, BYTE = 1, 2, 3, 4, 6
CONTROL_TOKENS = ["<|begin|>", "<|end|>", "<|user|>"]
USER_DEFINED_TOKENS = ["<|tool|>", "<|tool|>s"]
REVEALING = ["a", "A", "!", "1"]


def pre_tokenizer(passes):
    cuts = [pre_tokenizers.Split(Regex(pattern), "isolated") for pattern in passes]
    return pre_tokenizers.Sequence([*cuts, pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])


def add_units(tokenizer):
    tokenizer.add_special_tokens([AddedToken(name, special=True, normalized=False) for name in CONTROL_TOKENS])
    tokenizer.add_tokens([AddedToken(name, special=False, normalized=False) for name in USER_DEFINED_TOKENS])


def train_bpe(passes, ignores_merges, texts, size):
    tokenizer = Tokenizer(models.BPE(ignore_merges=ignores_merges))
    tokenizer.pre_tokenizer = pre_tokenizer(passes)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    tokenizer.train_from_iterator(texts, trainers.BpeTrainer(vocab_size=size, initial_alphabet=alphabet, show_progress=False))
    add_units(tokenizer)
    return tokenizer


def revealing_bpe(passes, ignores_merges):
    """A vocabulary in which a few letters merge with every byte: its tokens show where the pieces end."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    pairs = [(x, y) for x in REVEALING for y in alphabet] + [(y, x) for x in REVEALING for y in alphabet if y not in REVEALING]
    tokens = alphabet + [x + y for x, y in pairs]
    model = models.BPE({token: i for i, token in enumerate(tokens)}, pairs, ignore_merges=ignores_merges)
    tokenizer = Tokenizer(model)
    tokenizer.pre_tokenizer = pre_tokenizer(passes)
    tokenizer.decoder = decoders.ByteLevel()
    add_units(tokenizer)
    return tokenizer


def bpe_vocabulary(tokenizer, pre):
    model = json.loads(tokenizer.to_str())["model"]
    base = sorted(model["vocab"], key=model["vocab"].get)
    types = [NORMAL] * len(base) + [CONTROL] * len(CONTROL_TOKENS) + [USER_DEFINED] * len(USER_DEFINED_TOKENS)
    merges = [merge if isinstance(merge, str) else " ".join(merge) for merge in model["merges"]]
    tokens = [*base, *CONTROL_TOKENS, *USER_DEFINED_TOKENS]
    return {"model": "gpt2", "pre": pre, "tokens": tokens, "types": types, "merges": merges, "bos": len(base), "eos": len(base) + 1}


def bpe_cases(tokenizer, texts):
    encoded = [e.ids for e in tokenizer.encode_batch(texts, add_special_tokens=False)]
    decoded = tokenizer.decode_batch(encoded, skip_special_tokens=False)
    return [list(case) for case in zip(texts, encoded, decoded)]


def train_sentencepiece(texts, size, directory):
    prefix = str(directory / "sentencepiece")
    # Llama 2's own settings, as its published model has them.
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(texts), model_prefix=prefix, model_type="bpe", vocab_size=size, byte_fallback=True,
        character_coverage=0.9995, normalization_rule_name="identity", remove_extra_whitespaces=False, split_digits=True,
        allow_whitespace_only_pieces=True, add_dummy_prefix=True, user_defined_symbols=USER_DEFINED_TOKENS,
        max_sentence_length=65536, num_threads=2, minloglevel=2,
    )
    return sentencepiece.SentencePieceProcessor(model_file=prefix + ".model")


def sentencepiece_type(model, token):
    if model.IsUnknown(token):
        return UNKNOWN
    if model.IsControl(token):
        return CONTROL
    return BYTE if model.IsByte(token) else USER_DEFINED if model.IdToPiece(token) in USER_DEFINED_TOKENS else NORMAL


def sentencepiece_vocabulary(model):
    ids = range(model.GetPieceSize())
    return {
        "model": "llama", "pre": "", "tokens": [model.IdToPiece(i) for i in ids], "scores": [model.GetScore(i) for i in ids],
        "types": [sentencepiece_type(model, i) for i in ids], "bos": model.bos_id(), "eos": model.eos_id(), "unknown": model.unk_id(),
    }


def write(directory, name, vocabulary, cases):
    content = {"vocabulary": vocabulary, "cases": cases}
    (directory / f"{name}.json").write_text(json.dumps(content, separators=(",", ":")), "utf-8")


def main():
    corpus, output, bpe_size, sentencepiece_size, random_count = sys.argv[1:]
    directory = pathlib.Path(output)
    paragraphs = json.loads(pathlib.Path(corpus).read_text("utf-8"))
    training = [text for i, text in enumerate(paragraphs) if i % 3 != 2]
    texts = paragraphs[2::3] + HAND_MADE + random_texts(int(random_count), 20261123)
    for name, (passes, ignores_merges) in PATTERNS.items():
        tokenizer = train_bpe(passes, ignores_merges, training, int(bpe_size))
        write(directory, name, bpe_vocabulary(tokenizer, name), bpe_cases(tokenizer, texts))
        revealing = revealing_bpe(passes, ignores_merges)
        hidden = HAND_MADE + (code_point_texts() if int(random_count) > 1000 else []) + random_texts(int(random_count), 1)
        write(directory, f"{name}-revealing", bpe_vocabulary(revealing, name), bpe_cases(revealing, hidden))
    model = train_sentencepiece(training, int(sentencepiece_size), directory)
    # Training splits on its own marks: texts with a NUL are out of its reach.
    plain = [text for text in texts if "\0" not in text]
    cases = [[text, model.EncodeAsIds(text), model.DecodeIds(model.EncodeAsIds(text))] for text in plain]
    write(directory, "sentencepiece", sentencepiece_vocabulary(model), cases)


main()
