#!/usr/bin/env python3
"""The samples of README.md, and whether what the program printed has the shape of one.

  shapes.py README commands             each command that is shown with what it prints, one a line
  shapes.py README fits COMMAND <TEXT   prints nothing where it does; else the first line that differs, and ends with 1

A shape is a line with its figures, ids, times, places and models replaced by whatever may stand there; between columns there are
two blanks or more, and "…" stands for what the README leaves out. Of an answer only the line below it has a shape.
"""
import re
import sys

FIGURE = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
MODELS = ("millrace-starter", "gpt-4.1", "words")
FOOT = "── "
COMMAND_BEGINS = re.compile(r"(deploy/|\./|curl |grpcurl |[A-Z_]+=)")

# The first that fits at a place counts: what is written there, and what may stand there instead.
PARTS = [
    (r"…", lambda _: ".*"),
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", lambda _: r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"),
    (r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}\b)+(?:-[0-9a-f]{12}\b)?", lambda found: re.sub(r"[0-9a-f]+", lambda part: f"[0-9a-f]{{{len(part[0])}}}", found)),
    (r"~/\.millrace", lambda _: r"[~/]\S+?"),
    ("|".join(rf"(?<![\w-]){re.escape(model)}(?![\w-])" for model in MODELS), lambda _: r"\S+"),
    (rf"{FIGURE} (?:ms|s)\b", lambda _: rf"{FIGURE} (?:ms|s)\b"),
    (rf"(?<![A-Za-z]){FIGURE}", lambda _: FIGURE),
    (r" {2,}", lambda _: " {2,}"),
]
PART = re.compile("|".join(f"(?P<p{number}>{pattern})" for number, (pattern, _) in enumerate(PARTS)))


def shape(line):
    """The regular expression of a line."""
    text, end = "", 0
    for part in PART.finditer(line):
        text += re.escape(line[end : part.start()]) + PARTS[int(part.lastgroup[1:])][1](part[0])
        end = part.end()
    return text + re.escape(line[end:])


def blocks(readme):
    """The fenced blocks, each a list of lines."""
    found, inside = [], None
    with open(readme, encoding="utf-8") as lines:
        for line in lines.read().splitlines():
            if line.startswith("```"):
                if inside is not None:
                    found.append(inside)
                inside = [] if inside is None else None
            elif inside is not None:
                inside.append(line)
    return found


def samples(readme):
    """What is shown for each command: below it behind "$", or in the block that follows the one it is in."""
    found, before = {}, []
    for block in blocks(readme):
        command = None
        for line in block:
            if line.startswith("$ "):
                command = line[2:].strip()
                found[command] = []
            elif command:
                found[command].append(line)
        if command is None and block and not COMMAND_BEGINS.match(block[0]) and before:
            found[re.sub(r"\s+#.*", "", before[0])] = block
        before = [line for line in block if line.startswith("deploy/millrace ")]
    return {command: strip(lines) for command, lines in found.items()}


def strip(lines):
    return "\n".join(lines).strip("\n").split("\n")


def difference(shown, printed, part):
    """The first line that differs, in words; empty where none does.

    part: the README shows lines from the middle of what was printed
    """
    if part:
        begins = [number for number, line in enumerate(printed) if re.fullmatch(shape(shown[0]), line)]
        printed = printed[begins[0] :] if begins else printed
    foot = [number for number, line in enumerate(shown) if line.startswith(FOOT)]
    if foot:
        answered = [number for number, line in enumerate(printed) if line.startswith(FOOT)]
        if not answered or answered[0] == 0:
            return f"README.md has an answer and a line below it; printed: {' | '.join(printed)}"
        shown, printed = shown[foot[0] :], printed[answered[0] :]
    for number, line in enumerate(shown):
        if number >= len(printed):
            return f"README.md goes on with: {line}"
        if not re.fullmatch(shape(line), printed[number]):
            return f"README.md: {line}\n         printed:   {printed[number]}"
    if len(printed) > len(shown) and not part:
        return f"README.md ends; printed: {printed[len(shown)]}"
    return ""


def main():
    readme, wanted = sys.argv[1], sys.argv[2]
    known = samples(readme)
    if wanted == "commands":
        print("\n".join(known))
        return 0
    command = sys.argv[3]
    # Of a start the README shows the report: notes stand above it, below it what to type next.
    told = difference(known[command], strip(sys.stdin.read().splitlines()), command.endswith(" up"))
    if told:
        print(told)
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main())
