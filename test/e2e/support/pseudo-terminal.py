"""Runs a program under a pseudo terminal: pseudo-terminal.py COLUMNS PROGRAM ARG...

What the terminal shows goes raw to stdout; what comes on stdin is typed, so that 0x03 is a real Ctrl-C.
"""
import fcntl, os, pty, select, struct, sys, termios

columns, argv = int(sys.argv[1]), sys.argv[2:]
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(argv[0], argv)
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
inputs = [terminal, 0]
while True:
    ready, _, _ = select.select(inputs, [], [])
    if 0 in ready:
        typed = os.read(0, 1024)
        if typed:
            os.write(terminal, typed)
        else:
            inputs.remove(0)
    if terminal in ready:
        try:
            shown = os.read(terminal, 65536)
        except OSError:  # Linux says EIO once nobody holds the other end.
            shown = b""
        if not shown:
            break
        while shown:
            shown = shown[os.write(1, shown):]
_, status = os.waitpid(pid, 0)
sys.exit(os.waitstatus_to_exitcode(status) % 256 if status & 0x7F == 0 else 128 + (status & 0x7F))
