"""Runs a program at a terminal and types a line as soon as the terminal shows nothing of it: `terminal.py LINE PROGRAM ARGUMENT…`.
Prints what the terminal showed, and ends with the program's status."""
import os
import pty
import sys
import termios
import time

LIMIT_SECONDS = 60
_, line, *program = sys.argv


def echoes(terminal):
    return termios.tcgetattr(terminal)[3] & termios.ECHO


child, terminal = pty.fork()
if child == 0:
    os.execv(program[0], program)
end = time.monotonic() + LIMIT_SECONDS
while echoes(terminal):
    if time.monotonic() > end:
        sys.exit("the program never asked")
    time.sleep(0.01)
os.write(terminal, line.encode() + b"\n")
shown = b""
try:
    while part := os.read(terminal, 4096):
        shown += part
except OSError:
    pass  # Linux says so that the program has closed its end.
sys.stdout.buffer.write(shown)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
