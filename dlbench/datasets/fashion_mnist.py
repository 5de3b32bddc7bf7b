"""Fashion-MNIST: 28×28 grey images of clothes, harder than digits and of the same shape."""

from __future__ import annotations

from dlbench.datasets.fetch import RemoteFile
from dlbench.datasets.published_images import Origin, PublishedImages


class FashionMnist(PublishedImages):
    """60,000 training and 10,000 test images of ten kinds of clothes."""

    name = "fashion_mnist"
    title = "clothes, 28×28"
    source = "Zalando Research"
    licence = "MIT"
    paper = "Xiao, Rasul and Vollgraf, Fashion-MNIST, 2017"
    class_names = (
        "T-shirt/top",
        "Trouser",
        "Pullover",
        "Dress",
        "Coat",
        "Sandal",
        "Shirt",
        "Sneaker",
        "Bag",
        "Ankle boot",
    )
    origin = Origin(
        mirrors=(
            "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion",
            "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com",
        ),
        files=(
            RemoteFile("train-images-idx3-ubyte.gz", "md5:8d4fb7e6c68d591d4c3dfef9ec88bf0d"),
            RemoteFile("train-labels-idx1-ubyte.gz", "md5:25c81989df183df01b3e8a0aad5dffbe"),
            RemoteFile("t10k-images-idx3-ubyte.gz", "md5:bef4ecab320f06d8554ea6380940ec79"),
            RemoteFile("t10k-labels-idx1-ubyte.gz", "md5:bb300cfdad3c16e7a12a480ee83cd310"),
        ),
        content="ca3ab2a37f845e1b8ae23cab1b51749a3011ba3bf1d9016176d75cbaabac376f",
    )
