"""The tokenizer: trains the SentencePiece model and turns dialogues into ChatML tokens with loss weights."""

import itertools
import tempfile
from pathlib import Path

import sentencepiece

import corpus

PIECES = 2048
BOS, EOS = "<s>", "</s>"
SPACE = "▁"
START, END, NEWLINE = "<|im_start|>", "<|im_end|>", "\n"
ASSISTANT_WEIGHT, OTHER_WEIGHT = 1.0, 0.1


def train(path, seed, dialogues=12_000):
    """Writes the tokenizer, trained on the texts of the dialogues alone, to path."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as text:
        for messages in itertools.islice(corpus.dialogues(seed), dialogues):
            for role, content in messages:
                text.write(f"{role}\n{content}\n")
        text.flush()
        sentencepiece.SentencePieceTrainer.train(
            input=text.name, model_prefix=str(Path(path).with_suffix("")), model_type="bpe", vocab_size=PIECES,
            byte_fallback=True, split_digits=True, character_coverage=0.9995, normalization_rule_name="identity",
            add_dummy_prefix=False, remove_extra_whitespaces=False, control_symbols=[START, END],
            user_defined_symbols=[NEWLINE], unk_id=0, bos_id=1, eos_id=2, pad_id=-1, num_threads=1,
            minloglevel=2)


class Chat:
    """Encodes dialogues as the chat template of the finished model does."""

    def __init__(self, path):
        self.pieces = sentencepiece.SentencePieceProcessor(model_file=str(path))
        self.bos = self.pieces.bos_id()
        self.start, self.end = self.pieces.piece_to_id(START), self.pieces.piece_to_id(END)
        self.newline = self.pieces.piece_to_id(NEWLINE)
        added = (self.pieces.id_to_piece(piece) for piece in range(PIECES, self.pieces.get_piece_size()))
        self.words = [text[1:] for text in added if text[0] == SPACE and text[1:].islower()]

    def encode(self, messages):
        """Tokens, for each token how much predicting it counts, and where each text of the user ends, as (position, text)."""
        tokens, weights, asked = [self.bos], [0.0], []
        for role, content in messages:
            head = [self.start, *self.pieces.encode(f"{role}\n")]
            body = [*self.pieces.encode(content), self.end]
            weight = ASSISTANT_WEIGHT if role == "assistant" else OTHER_WEIGHT
            if role == "user":
                asked.append((len(tokens) + len(head) + len(body) - 1, content))
            tokens += head + body + [self.newline]
            weights += [0.0] * len(head) + [weight] * len(body) + [0.0]
        return tokens, weights, asked
