"""Asks for each model in three ways with OpenAI's client: prints "model<TAB>way<TAB>whole", or "error" and what was raised."""

import sys

import openai

base, *models = sys.argv[1:]
client = openai.OpenAI(base_url=base, api_key="none", max_retries=0, timeout=60)
QUESTION = [{"role": "user", "content": "hello"}]


def by_hand(model):
    finish = None
    for chunk in client.chat.completions.create(model=model, messages=QUESTION, stream=True):
        for choice in chunk.choices:
            finish = choice.finish_reason or finish
    # Most programs stop here, whatever the last finish reason was: an end of the loop is a whole answer to them.
    return finish


def by_helper(model):
    with client.chat.completions.stream(model=model, messages=QUESTION) as stream:
        return stream.get_final_completion().choices[0].finish_reason


def whole(model):
    return client.chat.completions.create(model=model, messages=QUESTION).choices[0].finish_reason


for model in models:
    for way in (by_hand, by_helper, whole):
        try:
            way(model)
            outcome = "whole"
        except openai.OpenAIError as error:
            outcome = f"error {type(error).__name__} {getattr(error, 'code', None)}"
        print(f"{model}\t{way.__name__}\t{outcome}", flush=True)
