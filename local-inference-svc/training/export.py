"""Writes tokenizer and weights as one GGUF file that llama.cpp and everything built on it can load."""

import argparse
import hashlib
from pathlib import Path

import gguf
import numpy as np
import sentencepiece

import model
import tokens

CONTEXT = 512
CHAT_TEMPLATE = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>\\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}")
DESCRIPTION = ("A demonstration model of three million parameters, trained on sentences written for Millrace. "
               "It greets, answers questions about Millrace and an invented shop, and hands everything else on.")

# Our name of a stacked matrix, and the name of the tensor in the file.
LAYER_TENSORS = {
    "attention_norm": "attn_norm", "q": "attn_q", "k": "attn_k", "v": "attn_v", "o": "attn_output",
    "ffn_norm": "ffn_norm", "gate": "ffn_gate", "up": "ffn_up", "down": "ffn_down"}


def vocabulary(pieces):
    """Text, score and type of each piece, in order."""
    texts, scores, types = [], [], []
    for piece in range(pieces.get_piece_size()):
        text = pieces.id_to_piece(piece)
        kind = gguf.TokenType.NORMAL
        if pieces.is_unknown(piece):
            kind = gguf.TokenType.UNKNOWN
        elif pieces.is_control(piece):
            kind = gguf.TokenType.CONTROL
        elif pieces.is_byte(piece):
            kind = gguf.TokenType.BYTE
        elif text == tokens.NEWLINE:
            kind = gguf.TokenType.USER_DEFINED
        texts.append(text.encode())
        scores.append(pieces.get_score(piece))
        types.append(kind)
    return texts, scores, types


def add_metadata(writer, pieces, shape):
    writer.add_name("millrace-starter")
    writer.add_description(DESCRIPTION)
    writer.add_license("Apache-2.0")
    writer.add_languages(["en"])
    writer.add_size_label("3M")
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_Q8_0)
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(shape.width)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.hidden)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.kv_heads)
    writer.add_rope_dimension_count(shape.head_width)
    writer.add_rope_freq_base(shape.rope_base)
    writer.add_layer_norm_rms_eps(shape.norm_epsilon)
    writer.add_vocab_size(shape.vocabulary)
    texts, scores, types = vocabulary(pieces)
    end = pieces.piece_to_id(tokens.END)
    writer.add_tokenizer_model("llama")
    writer.add_token_list(texts)
    writer.add_token_scores(scores)
    writer.add_token_types(types)
    writer.add_bos_token_id(pieces.bos_id())
    writer.add_eos_token_id(end)
    writer.add_eot_token_id(end)
    writer.add_unk_token_id(pieces.unk_id())
    writer.add_add_bos_token(True)
    writer.add_add_eos_token(False)
    writer.add_add_space_prefix(False)
    writer.add_chat_template(CHAT_TEMPLATE)


def add_tensor(writer, name, array):
    """Matrices as q8_0, vectors as they are. Rotary pairs are adjacent, as this architecture wants them."""
    if array.ndim == 1:
        writer.add_tensor(name, array.astype(np.float32))
    else:
        kind = gguf.GGMLQuantizationType.Q8_0
        writer.add_tensor(name, gguf.quants.quantize(array.astype(np.float32), kind), raw_dtype=kind)


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--trained", type=Path, required=True, help="folder that train.py wrote")
    arguments.add_argument("--out", type=Path, required=True, help="the GGUF file")
    given = arguments.parse_args()

    pieces = sentencepiece.SentencePieceProcessor(model_file=str(given.trained / "tokenizer.model"))
    weights = np.load(given.trained / "weights.npz")
    shape = model.Shape(vocabulary=pieces.get_piece_size())
    if len(weights["embedding"]) != shape.vocabulary:
        raise SystemExit(f"{given.trained}: {len(weights['embedding']):,} vectors in weights.npz for {shape.vocabulary:,} pieces of tokenizer.model. "
                         "One of them is of another run: train again, or put back what belongs together")
    given.out.parent.mkdir(parents=True, exist_ok=True)
    writer = gguf.GGUFWriter(given.out, "llama")
    add_metadata(writer, pieces, shape)
    add_tensor(writer, "token_embd.weight", weights["embedding"])
    add_tensor(writer, "output_norm.weight", weights["output_norm"])
    for layer in range(shape.layers):
        for ours, theirs in LAYER_TENSORS.items():
            add_tensor(writer, f"blk.{layer}.{theirs}.weight", weights[ours][layer])
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    digest = hashlib.sha256(given.out.read_bytes()).hexdigest()
    given.out.with_name(given.out.name + ".sha256").write_text(f"{digest}  {given.out.name}\n")
    print(f"{given.out}: {given.out.stat().st_size:,} bytes, sha256 {digest}")


if __name__ == "__main__":
    main()
