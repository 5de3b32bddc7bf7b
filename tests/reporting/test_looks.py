"""What contestants looked at, in the page: drawn for those who kept it, absent without items, small."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import made_pages
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_run import Game, Player, made_run

from dlbench.core.errors import CorruptRecord
from dlbench.reporting import render
from dlbench.reporting.board import board
from dlbench.reporting.evidence.attributions import METHODS, MOST, Look, Looks, attributions
from dlbench.reporting.evidence.reload import Reloaded
from dlbench.reporting.html.heat import AGAINST, FOR, heat, strongest
from dlbench.reporting.html.looks import ABOUT, MOST_BYTES, looked_at
from dlbench.reporting.source import Source

HEAD = "What they looked at"


class Pictures(HTMLParser):
    """The alternative texts of the pictures of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.told: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            self.told.append(str(dict(attrs).get("alt")))


@pytest.fixture(scope="module")
def vision() -> Source:
    return made_pages.vision_like()


def _place(source: Source, task: str = "digits") -> Any:
    return next(place for place in board(source) if place.task == task)


def test_a_page_draws_every_map_and_says_where_it_is_strongest(vision: Source) -> None:
    page = render(vision, "html")
    assert HEAD in page
    told = Pictures(page).told
    for name in ("logistic", "svm", "forest", "mlp", "resnet"):
        assert sum(text.startswith(f"occlusion of {name}: strongest at the ") for text in told) == 2
    for method in ("saliency", "integrated gradients", "Grad-CAM"):
        assert sum(text.startswith(f"{method} of resnet: ") for text in told) == 2
        assert not any(text.startswith(f"{method} of svm: ") for text in told)
    assert not any("of majority" in text for text in told)
    assert page.count(HEAD) == 1  # one task alone kept some


def test_without_items_nothing_is_drawn_and_nothing_read(vision: Source) -> None:
    def never(record: Any, name: str) -> dict[str, np.ndarray]:
        raise AssertionError(f"{name} was read")

    assert HEAD not in render(replace(vision, arrays=never), "html", items=False)


@pytest.mark.parametrize("form", ["terminal", "markdown"])
def test_other_forms_say_nothing_of_it(vision: Source, form: str) -> None:
    assert render(vision, form) == render(replace(vision, arrays=None), form)


def test_said_and_true_class_stand_beside_the_maps(vision: Source) -> None:
    found = attributions(vision, _place(vision), ("resnet",))
    assert [one.looks[0].contestant for one in found] == ["resnet", "resnet"]
    truth = vision.truth(next(record for record in vision.records if record["job"]["task"] == "digits"))
    for item, said in zip(found, ("class 0", "class 1"), strict=True):
        code = int(truth.target[truth.ids.tolist().index(item.item)])
        assert item.truth == f"class {code}"
        assert {look.said for look in item.looks} == {said}
        assert all(look.right is (said == item.truth) for look in item.looks)


def test_files_that_cannot_be_believed_are_passed_over(vision: Source) -> None:
    assert vision.arrays is not None
    held = vision.arrays

    def broken(record: Any, name: str) -> dict[str, np.ndarray]:
        who = record["job"]["contestant"]["label"]
        if who == "svm":
            raise CorruptRecord("altered")
        found = held(record, name)
        if who == "mlp":
            return {**found, "saliency": np.full((2, 8, 8), np.nan), "grad_cam": np.zeros((5, 8, 8))}
        return {**found, "ids": np.array(["never", "tested"])} if who == "forest" else found

    source = replace(vision, arrays=broken)
    names = {look.contestant: set(look.maps) for one in attributions(source, _place(source)) for look in one.looks}
    assert names["mlp"] == {"occlusion", "integrated_gradients"}
    assert set(names) == {"logistic", "mlp", "resnet"}


def test_of_many_contestants_some_are_shown_the_first_ones_for_certain() -> None:
    players = [Player(f"c{i}", "classic", 0.9) for i in range(MOST + 5)]
    source = made_pages.looking(made_run([Game("digits", players, folds=1, items=40)]), "digits")
    found = attributions(source, _place(source), (f"c{MOST + 4}",))
    shown = [look.contestant for look in found[0].looks]
    assert len(shown) == MOST
    assert shown[0] == f"c{MOST + 4}"


def test_large_maps_of_many_contestants_stay_small() -> None:
    rng = np.random.default_rng(0)
    maps = {name: rng.normal(size=(224, 224)) for name in METHODS}
    looks = tuple(Look(f"c{i}", "deep", "a", True, maps) for i in range(MOST))
    items = [Looks(str(i), "a", looks) for i in range(2)]
    for places in (1, 6):
        shown = looked_at(items, Reloaded(None, "gone", {}), places)
        assert shown is not None
        sizes = [len(cell[0]) for board in shown.boards for line in board.lines for cell in line.cells if cell]
        assert places * sum(sizes) < 1.5 * MOST_BYTES


def test_every_method_is_explained() -> None:
    assert set(ABOUT) == set(METHODS)


@settings(max_examples=50, deadline=None)
@given(side=st.integers(2, 9), seed=st.integers(0, 999), scale=st.sampled_from([0.0, 1e-30, 1.0, 1e30]))
def test_heat_is_the_same_at_any_scale_and_says_what_speaks_for_and_against(side: int, seed: int, scale: float) -> None:
    values = scale * np.random.default_rng(seed).normal(size=(side, side))
    values[0, 0] = 0.0
    found = heat(values, None)
    if scale == 0.0:
        assert not found.any()
        return
    np.testing.assert_array_equal(found, heat(values / scale, None))
    place = np.unravel_index(int(np.abs(values).argmax()), values.shape)
    assert found[place].tolist() == (FOR if values[place] > 0 else AGAINST).astype(int).tolist()
    assert strongest(values) == strongest(-values)


def test_a_map_above_nought_everywhere_begins_at_its_least() -> None:
    assert heat(np.array([[0.3, 0.4]]), None)[0].tolist() == [[0, 0, 0], FOR.astype(int).tolist()]
    assert strongest(np.full((3, 3), 0.2)) == "nothing stands out"


def test_a_picture_shines_through_where_nothing_was_looked_at() -> None:
    picture = np.ones((4, 4, 1))
    values = np.zeros((4, 4))
    values[0, 0] = 1.0
    found = heat(values, picture)
    assert found[3, 3].tolist() == [115, 115, 115]
    assert found[0, 0].tolist() == FOR.astype(int).tolist()
    assert not heat(np.zeros((4, 4)), np.ones((5, 5, 1))).any()
