"""interrupt.py SIGNAL FOLDER COMMAND...: starts the command, waits for its workers, sends it the signal, and checks that it
dies of it, that no worker is left, and that nothing is in FOLDER."""
import os
import signal
import subprocess
import sys
import time


def children(process):
    with open(f"/proc/{process}/task/{process}/children") as stream:
        return [int(word) for word in stream.read().split()]


def wait_for(condition, what):
    for _ in range(300):
        if condition():
            return
        time.sleep(0.1)
    sys.exit(f"timed out: {what}")


def main():
    number = getattr(signal, "SIG" + sys.argv[1])
    command = subprocess.Popen(
        sys.argv[3:], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        preexec_fn=lambda: signal.signal(number, signal.SIG_DFL))  # a background job's is ignored
    wait_for(lambda: len(children(command.pid)) == 2, "no workers")
    time.sleep(0.5)
    workers = children(command.pid)
    command.send_signal(number)
    output = command.communicate(timeout=30)[0].decode()
    if command.returncode != -number:
        sys.exit(f"it ended with {command.returncode}: {output}")
    if "interrupted" not in output:
        sys.exit(f"it did not say so: {output}")
    wait_for(lambda: not any(os.path.exists(f"/proc/{worker}") for worker in workers), "a worker is left")
    if os.listdir(sys.argv[2]):
        sys.exit(f"it left {os.listdir(sys.argv[2])}")


if __name__ == "__main__":
    main()
