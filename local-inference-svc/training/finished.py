"""Takes a finished GGUF file apart: what `export.py` put into it, so that a training can go on from the file alone."""

import gguf
import numpy as np
from sentencepiece import sentencepiece_model_pb2

import fit
from export import LAYER_TENSORS
from tokens import PIECES


class Finished:
    """Tokenizer and weights of a file. The matrices are those of the file, so each is off by its rounding to eight bits."""

    def __init__(self, path):
        fit.file(path)
        reader = gguf.GGUFReader(path)
        self.fields = reader.fields
        self.tensors = {tensor.name: gguf.quants.dequantize(tensor.data, tensor.tensor_type) for tensor in reader.tensors}
        self.layers = self.fields["llama.block_count"].contents()

    def tokenizer(self):
        """The SentencePiece model, as `tokens.train` writes it."""
        found = sentencepiece_model_pb2.ModelProto()
        texts, scores, types = (
            self.fields[f"tokenizer.ggml.{name}"].contents() for name in ("tokens", "scores", "token_type"))
        for text, score, kind in zip(texts, scores, types, strict=True):
            found.pieces.add(piece=text, score=score, type=kind)
        found.trainer_spec.model_type = found.trainer_spec.BPE
        found.trainer_spec.vocab_size = len(texts)
        found.trainer_spec.byte_fallback = True
        found.trainer_spec.split_digits = True
        found.trainer_spec.pad_id = -1
        found.normalizer_spec.name = "identity"
        found.normalizer_spec.add_dummy_prefix = False
        found.normalizer_spec.remove_extra_whitespaces = False
        return found.SerializeToString()

    def words(self):
        """The vectors of the pieces that only read, by their texts."""
        texts, vectors = self.fields["tokenizer.ggml.tokens"].contents(), self.tensors["token_embd.weight"]
        return dict(zip(texts[PIECES:], vectors[PIECES:], strict=True))

    def weights(self):
        """The weights by our names, those of all layers stacked."""
        found = {"embedding": self.tensors["token_embd.weight"], "output_norm": self.tensors["output_norm.weight"]}
        for ours, theirs in LAYER_TENSORS.items():
            found[ours] = np.stack([self.tensors[f"blk.{layer}.{theirs}.weight"] for layer in range(self.layers)])
        return found
