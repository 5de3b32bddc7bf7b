"""Suites: what a YAML file says, checked word by word and resolved."""

from dlbench.suite.editor import json_schema
from dlbench.suite.embedded import embedded_suites
from dlbench.suite.entries import ModelEntry, Reference, Suite, TaskEntry
from dlbench.suite.loading import load_suite
from dlbench.suite.shape import Policy, Protocol, Search

__all__ = [
    "ModelEntry",
    "Policy",
    "Protocol",
    "Reference",
    "Search",
    "Suite",
    "TaskEntry",
    "embedded_suites",
    "json_schema",
    "load_suite",
]
