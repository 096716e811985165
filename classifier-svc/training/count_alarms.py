"""Count what the sensitivity scan reports in texts that hold no secret as a rule.

  count_alarms.py --data DATA --classes CLASSPATH --java JAVA     the prompts of the data and of the intents
  count_alarms.py ... --code FOLDER [FOLDER…]                     files of code and its documents instead

The class path holds the tests of the service too: AlarmCount prints how many texts are sensitive and internal, by which rules.
"""
import argparse
import base64
import gzip
import json
import pathlib
import subprocess

PROMPTS = ("routing_mmlu", "routing_gsm8k", "routing_llmrouter", "intent_clinc150", "intent_banking77")
CODE = {".c", ".cc", ".cfg", ".conf", ".cpp", ".css", ".go", ".h", ".html", ".java", ".js", ".json", ".kt", ".md", ".php", ".pl",
        ".pm", ".properties", ".proto", ".py", ".rb", ".rs", ".rst", ".sh", ".sql", ".toml", ".ts", ".txt", ".xml", ".yaml", ".yml"}
CODE_CHARS_MAX = 400_000
COUNTER = "dev.millrace.classifier.sensitivity.AlarmCount"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=pathlib.Path)
    parser.add_argument("--classes", required=True, help="class path of the compiled service, its tests and its libraries")
    parser.add_argument("--java", default="java")
    parser.add_argument("--code", type=pathlib.Path, nargs="+", help="folders whose files are counted")
    args = parser.parse_args()
    what, texts = ("code", files(args.code)) if args.code else ("prompts", prompts(args.data))
    feed = "".join(f"{name}\t{base64.b64encode(text.encode()).decode()}\n" for name, text in texts)
    subprocess.run([args.java, "-cp", args.classes, COUNTER, what], input=feed, text=True, check=True)


def prompts(data):
    for name in PROMPTS:
        with gzip.open(data / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                yield row["id"], row["prompt"] if "prompt" in row else row["text"]


def files(folders):
    for path in sorted(path for folder in folders for path in folder.rglob("*")):
        if path.suffix in CODE and path.is_file() and not path.is_symlink():
            text = path.read_text(encoding="utf-8", errors="replace")
            if len(text) <= CODE_CHARS_MAX:
                yield str(path).replace("\t", " "), text


main()
