"""Adult: who earned more than 50,000 dollars a year, by the census of 1994."""

from __future__ import annotations

from dlbench.datasets.published_table import PublishedTable


class Adult(PublishedTable):
    """32,561 and, in the official test file, 16,281 people: six numbers and eight categories, missing ones as "?"."""

    name = "adult"
    title = "census income above 50,000 dollars"
    tasks = ("tabular_classification", "clustering")
    rows = 48842
    classes = 2
    has_test_part = True
    source = "UCI Machine Learning Repository, adult.data and adult.test as adult-train.csv and adult-test.csv"
    licence = "CC BY 4.0"
    paper = "Kohavi, Scaling up the accuracy of naive-Bayes classifiers: a decision-tree hybrid, 1996"
    files = ("adult-train.csv", "adult-test.csv")
    published = (
        "5b00264637dbfec36bdeaab5676b0b309ff9eb788d63554ca0a249491c86603d",
        "72567b94f5c1a6f8501377dd80f93892c3848ff071cf91ba47e00b0785a28074",
    )
    target = "income"
    names = (
        "age", "workclass", "fnlwgt", "education", "education-num", "marital-status", "occupation", "relationship",
        "race", "sex", "capital-gain", "capital-loss", "hours-per-week", "native-country", "income",
    )  # fmt: skip
