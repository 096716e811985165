"""Loads a GGUF file in llama.cpp, compares its tokenizer with ours, and prints a few answers at temperature 0."""

import argparse
import os
import sys
from pathlib import Path

import corpus
import tokens
from engine import Engine

PROMPTS = [
    [("user", "What are your opening hours?")],
    [("user", "Hello")],
    [("user", "hi")],
    [("user", "Who are you?")],
    [("user", "What is a tier?")],
    [("user", "What does it cost?")],
    [("user", "Guten Tag!")],
    [("user", "What is Millrace?")],
    [("user", "How do I add an engine?")],
    [("user", "How do I set a cloud key?")],
    [("user", "How do I set an Anthropic key?")],
    [("user", "Why did my prompt go to the cloud?")],
    [("system", "You are a helpful assistant."), ("user", "what is a circuit breaker")],
    [("user", "What is 17 + 25?")],
    [("user", "Prove that there are infinitely many primes, two ways")],
    [("user", "Write a Python function that sorts a list")],
    [("user", "How long does delivery take?"), ("assistant", "Delivery takes two to three working days."), ("user", "And abroad?")],
    [("user", "Tell me a story about a fox")],
    [("user", "Write a poem")],
    [("user", "Tell me a joke")],
    [("user", "Thank you!")],
    [("user", "Bye")],
]


def check_tokenizer(engine, chat, dialogues=200):
    """The engine must cut text into the very tokens that the model was trained on."""
    import itertools

    for messages in itertools.islice(corpus.dialogues(99), dialogues):
        ours, _, _ = chat.encode(messages)
        text = "".join(f"{tokens.START}{role}\n{content}{tokens.END}\n" for role, content in messages)
        theirs = engine.tokenize(text)
        if ours != theirs:
            raise SystemExit(f"tokenizers differ on {text!r}:\n  trained {ours}\n  engine  {theirs}")
        check_answers(chat, [content for role, content in messages if role == "assistant"])
    print(f"tokenizers agree on {dialogues} dialogues, and answers are made of the first {tokens.PIECES} pieces")


def check_answers(chat, answers):
    """The loss knows no other pieces, so that an answer with one could not be learned."""
    for answer in answers:
        added = [chat.pieces.id_to_piece(piece) for piece in chat.pieces.encode(answer) if piece >= tokens.PIECES]
        if added:
            raise SystemExit(f"the answer {answer!r} is cut into pieces that are for reading alone: {added}")


def check_held_out(dialogues=4000):
    """No prompt that the gates ask may stand in the training data."""
    import itertools

    held_out = {prompt for prompt in corpus.Corpus().held_out if len(prompt.split()) > 2}
    asked = {corpus.letters_of(text) for messages in itertools.islice(corpus.dialogues(98, polish=True), dialogues)
             for role, text in messages if role == "user"}
    if asked & held_out:
        raise SystemExit(f"the training data holds prompts of the gates: {sorted(asked & held_out)}")
    print(f"none of {len(held_out)} prompts of the gates in {dialogues} dialogues")


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("model", type=Path)
    arguments.add_argument("--tokenizer", type=Path, help="the SentencePiece model to compare with")
    given = arguments.parse_args()

    check_held_out()
    engine = Engine(given.model)
    if given.tokenizer:
        check_tokenizer(engine, tokens.Chat(given.tokenizer))
    for dialogue in PROMPTS:
        answer, ended, timings = engine.chat([{"role": role, "content": text} for role, text in dialogue])
        print(f"\n> {dialogue[-1][1]}\n{answer}\n  [{ended}, {timings.get('predicted_n')} tokens, "
              f"{timings.get('predicted_per_second', 0):.0f} tokens/s]", flush=True)
        if ended not in ("stop", "length"):
            raise SystemExit(f"the answer ended with {ended!r} (expected: stop or length)")
    sys.stdout.flush()
    os._exit(0)  # the server's threads do not end by themselves


if __name__ == "__main__":
    main()
