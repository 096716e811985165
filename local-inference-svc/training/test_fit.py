"""What a run says that is told to go on from what does not fit. Run with `python -m unittest` in this folder."""

import contextlib
import io
import sys
import tempfile
import unittest
from pathlib import Path

import gguf
import numpy as np
import sentencepiece

import fit
import model
import tokens
import train


class FitTest(unittest.TestCase):
    def setUp(self):
        self.scratch = tempfile.TemporaryDirectory()
        self.addCleanup(self.scratch.cleanup)
        self.out = Path(self.scratch.name) / "out"
        self.out.mkdir()

    def refusal(self, *arguments):
        """What train.py says to these; nothing here comes as far as the teacher."""
        before, sys.argv = sys.argv, ["train.py", "--teacher", "nowhere", "--out", str(self.out), *map(str, arguments)]
        try:
            with self.assertRaises(SystemExit) as ended, contextlib.redirect_stderr(io.StringIO()):
                train.main()
        finally:
            sys.argv = before
        return str(ended.exception)

    def file(self, pieces, width=192, layers=4):
        """A file of an earlier version, as far as it is looked at."""
        path = Path(self.scratch.name) / "old.gguf"
        writer = gguf.GGUFWriter(path, "llama")
        writer.add_block_count(layers)
        writer.add_embedding_length(width)
        writer.add_feed_forward_length(512)
        writer.add_head_count(3)
        writer.add_head_count_kv(1)
        writer.add_token_list([f"piece {number}".encode() for number in range(pieces)])
        writer.add_tensor("token_embd.weight", np.zeros((pieces, width), np.float32))
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()
        return path

    def checkpoint(self, made_with=None, **other):
        """A checkpoint beside a tokenizer of eight words more than it begins with."""
        added = 8
        texts = [piece.encode() for piece in ("<unk>", "<s>", "</s>", tokens.START, tokens.END)]
        proto = sentencepiece.sentencepiece_model_pb2.ModelProto()
        for number in range(tokens.PIECES + added):
            special = number < len(texts)
            proto.pieces.add(piece=texts[number].decode() if special else f"piece{number}", score=-number,
                             type=2 if number == 0 else 3 if special else 1)
        proto.trainer_spec.model_type = proto.trainer_spec.BPE
        proto.trainer_spec.vocab_size = len(proto.pieces)
        proto.trainer_spec.pad_id = -1
        proto.normalizer_spec.name = "identity"
        tokenizer = self.out / "tokenizer.model"
        tokenizer.write_bytes(proto.SerializeToString())
        sizes = train.kept(model.Shape(base=tokens.PIECES, vocabulary=tokens.PIECES + added), width_of_teacher=384)
        arrays = {name: np.zeros(size, np.float32) for name, size in sizes.items()} | other
        arrays = {name: array for name, array in arrays.items() if array is not None}
        np.savez(self.out / "checkpoint.npz", tokenizer=made_with or fit.digest(tokenizer), **arrays)

    def test_a_folder_in_place_of_a_file(self):
        said = self.refusal("--amend", self.out)

        self.assertIn("it is a folder (expected: a finished GGUF file", said)
        self.assertIn("export.py --trained FOLDER --out FILE", said)

    def test_a_file_that_is_none_of_ours(self):
        path = Path(self.scratch.name) / "notes.gguf"
        path.write_text("notes")

        self.assertIn("it is no GGUF file", self.refusal("--begin", path))

    def test_a_file_that_is_not_there(self):
        self.assertIn("there is no such file", self.refusal("--begin", self.out / "none.gguf"))

    def test_an_amendment_of_a_file_made_before_the_vocabulary_was_widened(self):
        said = self.refusal("--amend", self.file(tokens.PIECES))

        self.assertIn("2,048 pieces and no words that only read", said)
        self.assertIn("go on from it with --begin in place of --amend", said)

    def test_a_file_with_a_smaller_tokenizer(self):
        self.assertIn("1,024 pieces (expected: 2,048 or more)", self.refusal("--begin", self.file(1_024)))

    def test_a_file_of_another_shape(self):
        self.assertIn("embedding_length is 96 (expected: 192)", self.refusal("--begin", self.file(tokens.PIECES + 8, width=96)))
        said = self.refusal("--amend", self.file(tokens.PIECES + 8, layers=6))
        self.assertIn("block_count is 6 (expected: 4)", said)
        self.assertIn("begin anew without --begin and --amend", said)

    def test_a_refusal_leaves_the_folder_as_it_was(self):
        self.checkpoint()
        before = {path: path.read_bytes() for path in self.out.iterdir()}

        self.refusal("--amend", self.file(tokens.PIECES))

        self.assertEqual(before, {path: path.read_bytes() for path in self.out.iterdir()})

    def test_a_checkpoint_of_a_tokenizer_with_more_words(self):
        self.checkpoint(residual=np.zeros((7_400, 192), np.float32))

        said = self.refusal("--resume")

        self.assertIn("its residual is 7,400 x 192 (expected: 8 x 192)", said)
        self.assertIn("Begin anew without --resume", said)

    def test_a_checkpoint_of_a_tokenizer_of_the_same_size(self):
        self.checkpoint(made_with="0" * 64)

        self.assertIn("another tokenizer than tokenizer.model beside it", self.refusal("--resume"))

    def test_a_checkpoint_of_an_earlier_program(self):
        self.checkpoint(projection=None)

        self.assertIn("it has no projection", self.refusal("--resume"))

    def test_a_checkpoint_whose_tokenizer_is_gone(self):
        self.checkpoint()
        (self.out / "tokenizer.model").unlink()

        self.assertIn("tokenizer.model, which it was made with, is not beside it", self.refusal("--resume"))

    def test_a_checkpoint_cut_off(self):
        self.checkpoint()
        path = self.out / "checkpoint.npz"
        path.write_bytes(path.read_bytes()[:1_000])

        self.assertIn("it is damaged", self.refusal("--resume"))

    def test_what_fits_is_let_through_to_the_teacher(self):
        self.checkpoint()
        sys.argv, before = ["train.py", "--teacher", "nowhere", "--out", str(self.out), "--resume"], sys.argv
        try:
            with self.assertRaisesRegex(Exception, "No such file"):
                train.main()
        finally:
            sys.argv = before


if __name__ == "__main__":
    unittest.main()
