#!/usr/bin/env python3
"""Types at a terminal of its own: `terminal.py COMMAND … <LINES` starts the command there, types the next line whenever it shows
its prompt "> ", at the end Ctrl-D, prints all that was shown, and ends with the command's exit code; with 124 where it is silent
for so long that nobody would wait."""
import fcntl
import os
import pty
import re
import select
import struct
import sys
import termios

SILENCE_SECONDS_MAX = 60
CTRL_D = "\x04"
# What moves the cursor, sets colours and modes, and rings.
CONTROLS = re.compile(r"\x1b(\[[0-9;?>=]*[ -/]*[@-~]|[=>]|[()][0-9A-B])|[\a\r]")
PROMPT = re.compile(r"(^|\s)> $")


def play(command, lines):
    child, terminal = pty.fork()
    if child == 0:
        os.environ["TERM"] = "xterm"
        os.execvp(command[0], command)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 300, 0, 0))
    typed = [line + "\r" for line in lines] + [CTRL_D]
    raw, seen, silent = b"", 0, False
    while True:
        silent = not select.select([terminal], [], [], SILENCE_SECONDS_MAX)[0]
        piece = b"" if silent else read(terminal)
        if not piece:
            break
        raw += piece
        shown = text(raw)
        if typed and PROMPT.search(shown, seen):
            seen = len(shown)
            os.write(terminal, typed.pop(0).encode())
    if silent:
        os.kill(child, 9)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return text(raw), 124 if silent else code


def read(terminal):
    try:
        return os.read(terminal, 65536)
    except OSError:  # the command has ended, and nobody has the other side open
        return b""


def text(raw):
    return CONTROLS.sub("", raw.decode(errors="replace"))


shown, code = play(sys.argv[1:], sys.stdin.read().splitlines())
print(shown)
sys.exit(code)
