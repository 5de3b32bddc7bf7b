"""Contestants that misbehave, each in one way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

from dlbench.core.model import Bias, Model


class _Constant:
    """An estimator that always answers class 0; what a faulty one does instead stands in its subclass."""

    classes_ = (0, 1, 2)

    def fit(self, inputs, target):
        return self

    def predict_proba(self, inputs):
        import numpy as np

        answer = np.zeros((len(inputs), 3))
        answer[:, 0] = 1
        return answer


class Faulty(Model):
    kind = "classic"
    accepts = ("table", "image")
    gives = ("Probabilities",)
    trainer = "estimator"
    paper = "none"
    bias = Bias("none", "none", "none", "none", "none")


class Raises(Faulty):
    name = "raises"
    title = "raises"

    def build(self, values, schema):
        class Estimator(_Constant):
            def fit(self, inputs, target):
                raise RuntimeError("[bold]no[/bold] \x1b[31mway")

        return Estimator()


class Hangs(Faulty):
    name = "hangs"
    title = "hangs"

    def build(self, values, schema):
        class Estimator(_Constant):
            def fit(self, inputs, target):
                time.sleep(600)

        return Estimator()


class Exits(Faulty):
    name = "exits"
    title = "exits hard"

    def build(self, values, schema):
        class Estimator(_Constant):
            def fit(self, inputs, target):
                os._exit(7)

        return Estimator()


class Dies(Faulty):
    name = "dies"
    title = "kills itself"

    def build(self, values, schema):
        class Estimator(_Constant):
            def fit(self, inputs, target):
                os.kill(os.getpid(), signal.SIGSEGV)

        return Estimator()


class Nan(Faulty):
    name = "nan"
    title = "predicts NaN"

    def build(self, values, schema):
        class Estimator(_Constant):
            def predict_proba(self, inputs):
                return super().predict_proba(inputs) * float("nan")

        return Estimator()


class Short(Faulty):
    name = "short"
    title = "predicts too few items"

    def build(self, values, schema):
        class Estimator(_Constant):
            def predict_proba(self, inputs):
                return super().predict_proba(inputs)[:-1]

        return Estimator()


class Floods(Faulty):
    name = "floods"
    title = "floods its output"

    def build(self, values, schema):
        class Estimator(_Constant):
            def fit(self, inputs, target):
                line = b"x" * 2**20
                while True:
                    os.write(1, line)
                    time.sleep(0.002)

        return Estimator()


class Eats(Faulty):
    name = "eats"
    title = "eats memory, in a child"

    def build(self, values, schema):
        class Estimator(_Constant):
            def fit(self, inputs, target):
                eating = "import time\nheap = []\nwhile True:\n    heap.append(b'1' * 2**25)\n    time.sleep(0.005)"
                subprocess.run([sys.executable, "-c", eating])

        return Estimator()


class Honest(Faulty):
    name = "honest"
    title = "a well-behaved neighbour"

    def build(self, values, schema):
        return _Constant()
