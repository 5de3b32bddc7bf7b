"""Contestants that will not be stopped, or leave something behind. They note the processes they leave in a file."""

from __future__ import annotations

import itertools
import os
import signal
import time
from pathlib import Path

from dlbench.core.model import Bias, Model

NOTES = "DLBENCH_TEST_PROCESSES"


class _Constant:
    classes_ = (0, 1, 2)

    def fit(self, inputs, target):
        return self

    def predict_proba(self, inputs):
        import numpy as np

        answer = np.zeros((len(inputs), 3))
        answer[:, 0] = 1
        return answer


def daemonise(*command: str) -> None:
    """Fork twice, in a session of its own, and stay: with another program and no environment, or as a mere copy."""
    read, write = os.pipe()
    if os.fork():
        os.read(read, 1)
        return
    os.setsid()
    if os.fork():
        os._exit(0)
    with Path(os.environ[NOTES]).open("a") as stream:
        stream.write(f"{os.getpid()}\n")
    os.write(write, b"!")
    if command:
        os.execve(command[0], list(command), {})
    time.sleep(3600)


class Escaping(Model):
    kind = "classic"
    accepts = ("table", "image")
    gives = ("Probabilities",)
    trainer = "estimator"
    paper = "none"
    bias = Bias("none", "none", "none", "none", "none")


class LoopsInC(Escaping):
    name = "loops_in_c"
    title = "never comes back to Python, and keeps its lock"

    def build(self, values, schema):
        class Estimator(_Constant):
            def fit(self, inputs, target):
                sum(itertools.repeat(0))

        return Estimator()


class Searched(Escaping):
    def space(self, hp, schema):
        return {"width": hp.Int("width", 1, 100, default=7)}


class LoopsLater(Searched):
    name = "loops_later"
    title = "its default is fine; any other setting never comes back to Python"

    def build(self, values, schema):
        class Estimator(_Constant):
            def fit(self, inputs, target):
                return self if values["width"] == 7 else sum(itertools.repeat(0))

        return Estimator()


class SleepsByRows(Searched):
    name = "sleeps_by_rows"
    title = "its fit cannot be stopped, and takes longer on more rows"

    def build(self, values, schema):
        class Estimator(_Constant):
            def fit(self, inputs, target):
                time.sleep(len(inputs) / 20)
                return self

        return Estimator()


class FailsInEveryTrial(Searched):
    name = "fails_in_every_trial"
    title = "its search finds nothing"

    def build(self, values, schema):
        class Estimator(_Constant):
            def fit(self, inputs, target):
                with Path(os.environ[NOTES]).open("a") as stream:
                    stream.write(f"{values['width']}\n")
                raise RuntimeError("no setting will do")

        return Estimator()


class WillNotStop(Escaping):
    name = "will_not_stop"
    title = "takes no for an answer"

    def build(self, values, schema):
        class Estimator(_Constant):
            def fit(self, inputs, target):
                signal.signal(signal.SIGTERM, signal.SIG_IGN)
                while True:
                    time.sleep(1)

        return Estimator()


class Sleeps(Escaping):
    name = "sleeps"
    title = "can be woken"

    def build(self, values, schema):
        class Estimator(_Constant):
            def fit(self, inputs, target):
                time.sleep(3600)

        return Estimator()


class LeavesDaemon(Escaping):
    name = "leaves_daemon"
    title = "is fine, but leaves a daemon with no environment"

    def build(self, values, schema):
        class Estimator(_Constant):
            def fit(self, inputs, target):
                daemonise("/bin/sleep", "3600")
                return self

        return Estimator()


class LeavesCopyAndDies(Escaping):
    name = "leaves_copy"
    title = "crashes, and leaves a copy that holds all its files open"

    def build(self, values, schema):
        class Estimator(_Constant):
            def fit(self, inputs, target):
                daemonise()
                os.kill(os.getpid(), signal.SIGSEGV)

        return Estimator()


class LeavesDaemonAndDies(Escaping):
    name = "leaves_orphan"
    title = "exits at once, and leaves a daemon with no environment"

    def build(self, values, schema):
        class Estimator(_Constant):
            def fit(self, inputs, target):
                daemonise("/bin/sleep", "3600")
                os._exit(3)

        return Estimator()


class EatsInCopies(Escaping):
    name = "eats_in_copies"
    title = "forks copies that eat without end"

    def build(self, values, schema):
        class Estimator(_Constant):
            def fit(self, inputs, target):
                for _ in range(2):
                    if not os.fork():
                        heap = []
                        while True:
                            heap.append(bytearray(b"1") * 2**24)
                            time.sleep(0.1)
                time.sleep(3600)

        return Estimator()


class IsKilled(Escaping):
    name = "is_killed"
    title = "is killed from outside each time"

    def build(self, values, schema):
        class Estimator(_Constant):
            def fit(self, inputs, target):
                os.kill(os.getpid(), signal.SIGKILL)

        return Estimator()
