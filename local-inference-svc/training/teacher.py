"""What a text means, as a sentence-embedding model that Millrace ships sees it (all-MiniLM-L6-v2, Apache License 2.0)."""

import json
from functools import lru_cache
from pathlib import Path

import numpy as np
import onnxruntime
import tokenizers

TOKENS_MAX = 64


class Teacher:
    def __init__(self, folder):
        """The folder holds `model.onnx` and `tokenizer.json`, as `train.sh` takes them out of the library's jar."""
        self.path = Path(folder) / "tokenizer.json"
        self.tokenizer = tokenizers.Tokenizer.from_file(str(self.path))
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(TOKENS_MAX)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(str(Path(folder) / "model.onnx"), options)
        self.width = self.session.get_outputs()[0].shape[-1]

    @lru_cache(maxsize=50_000)
    def meaning(self, text):
        """A float32 vector of length 1."""
        ids = np.array([self.tokenizer.encode(text).ids])
        inputs = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        mean = self.session.run(None, inputs)[0][0].mean(0)
        return (mean / np.linalg.norm(mean)).astype(np.float32)

    def common_words(self):
        """English words in lower case, the more common ones rather at the beginning."""
        pieces = json.loads(self.path.read_text(encoding="utf-8"))["model"]["vocab"]
        return [word for word, _ in sorted(pieces.items(), key=lambda piece: piece[1])
                if word.isascii() and word.isalpha() and len(word) > 2]
