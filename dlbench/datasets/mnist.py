"""MNIST: 28×28 grey images of handwritten digits."""

from __future__ import annotations

from dlbench.datasets.fetch import RemoteFile
from dlbench.datasets.published_images import Origin, PublishedImages


class Mnist(PublishedImages):
    """60,000 training and 10,000 test images of digits by other hands."""

    name = "mnist"
    title = "handwritten digits, 28×28"
    source = "LeCun, Cortes and Burges, as packed by Keras"
    licence = "CC BY-SA 3.0"
    paper = "LeCun et al., Gradient-based learning applied to document recognition, 1998"
    class_names = tuple("0123456789")
    origin = Origin(
        mirrors=("https://storage.googleapis.com/tensorflow/tf-keras-datasets",),
        files=(RemoteFile("mnist.npz", "sha256:731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"),),
        content="06b0d1f124c4e5fa796686ade41a9b778edacc8622f2195a352ef479ad44fc16",
    )
