"""Widens the vocabulary of a finished model by whole words of its prompts and of common English.

The words are for reading alone: the pieces that answers are made of stay as they were, and what joins two of them in an
answer is left out. A word that few prompts of the training have is understood as well as they allow, because its vector is made
of what the teacher says about it. The words of the corpus come first, and common English takes the room that they leave.
"""

import collections
import itertools
import random
import re

import numpy as np
from sentencepiece import SentencePieceProcessor, sentencepiece_model_pb2

import corpus
from tokens import PIECES, SPACE

ADDED = 8_100
PIECES_MAX = 4  # of a word that is put together
COMMON_PIECES_MAX = 3
ANSWERING_DIALOGUES = 8_000
WORDINGS_PER_TEMPLATE = 4
TIMES_MIN, FIRST_TIMES_MIN = 3, 12  # a word inside a text, and one at its beginning


def answers(seed):
    return {text for messages in itertools.islice(corpus.dialogues(seed), ANSWERING_DIALOGUES)
            for role, text in messages if role == "assistant"}


def words_of_wordings(seed):
    """Words of what is asked, with the space before them, the more frequent ones first; as a first word also with a capital."""
    source, rng, counts = corpus.Corpus(), random.Random(seed), collections.Counter()
    for topic in source.all_topics():
        for _ in range(WORDINGS_PER_TEMPLATE * len(topic.wordings)):
            wording = source.wording(topic, rng)
            for at, word in enumerate(re.findall(r"[A-Za-z]{2,}", wording[1]) if wording else []):
                counts.update([word[0].upper() + word[1:], word[0].lower() + word[1:]] if at == 0 else [SPACE + word])
    return [word for word, times in counts.most_common() if times >= (TIMES_MIN if word[0] == SPACE else FIRST_TIMES_MIN)]


def joined(pieces, scores):
    """Joins neighbours while a text of theirs is among the scores, the highest first."""
    while True:
        found = [(scores[a + b], -at) for at, (a, b) in enumerate(itertools.pairwise(pieces)) if a + b in scores]
        if not found:
            return pieces
        at = -max(found)[1]
        pieces = pieces[:at] + [pieces[at] + pieces[at + 1]] + pieces[at + 2:]


def widened(tokenizer, teacher, seed):
    """The SentencePiece model with the words added; words of an earlier corpus make room for those of today."""
    proto = sentencepiece_model_pb2.ModelProto.FromString(tokenizer)
    del proto.pieces[PIECES:]
    proto.trainer_spec.vocab_size = PIECES
    processor = SentencePieceProcessor(model_proto=proto.SerializeToString())
    kept = set()
    for text in [*answers(seed), "user\n", "assistant\n", "system\n"]:
        kept |= {a + b for a, b in itertools.pairwise(processor.encode(text, out_type=str))}
    known, scores = {piece.piece for piece in proto.pieces}, {}
    lowest = min(piece.score for piece in proto.pieces)
    asked = ((word, PIECES_MAX) for word in words_of_wordings(seed))
    common = ((SPACE + word, COMMON_PIECES_MAX) for word in teacher.common_words())
    for word, pieces_max in itertools.chain(asked, common):
        pieces = joined(processor.encode(word.replace(SPACE, " "), out_type=str), scores)
        paths = ["".join(pieces[:end]) for end in range(2, len(pieces) + 1)]
        if not paths or any("<0x" in piece for piece in pieces) or len(pieces) > pieces_max or any(path in kept or path in known for path in paths):
            continue
        if len(scores) + len(paths) > ADDED:
            break
        for path in paths:
            scores[path] = lowest - 1 - len(scores)
    for text, score in scores.items():
        proto.pieces.add(piece=text, score=score, type=1)
    proto.trainer_spec.vocab_size = len(proto.pieces)
    return proto.SerializeToString()


def meanings(pieces, teacher):
    """What each added piece means, (pieces, teacher's width)."""
    added = range(PIECES, pieces.get_piece_size())
    return np.stack([teacher.meaning(pieces.id_to_piece(piece).replace(SPACE, "")) for piece in added])


def projection(pieces, embedding, teacher, ridge=1.0):
    """The matrix that best turns the meaning of whole words, which the model knows, into their vectors."""
    words = [piece for piece in range(PIECES)
             if re.fullmatch(SPACE + "[a-z]{3,}", pieces.id_to_piece(piece))]
    meaning = np.stack([teacher.meaning(pieces.id_to_piece(piece)[1:]) for piece in words])
    inner = meaning.T @ meaning + ridge * np.eye(meaning.shape[1], dtype=np.float32)
    return np.linalg.solve(inner, meaning.T @ embedding[words]).astype(np.float32)
