"""Bars of long work: shown while it lasts, and only for work that is long."""

import io

import pytest
from rich.console import Console
from rich.progress import Progress

from checker.kernel.progress import listening, watched
from checker.progress import long_work


def test_watched_items_are_the_items_and_nobody_needs_to_listen():
    assert [*watched("counting", [3, 1, 2])] == [3, 1, 2]


def test_a_listener_is_told_each_step_and_the_total_where_it_is_known():
    told = []
    with listening(lambda *step: told.append(step)):
        assert [*watched("a list", ["x", "y"])] == ["x", "y"]
        assert [*watched("a stream", iter("z"))] == ["z"]
    assert [*watched("later", [0])] == [0]
    assert told == [("a list", 1, 2), ("a list", 2, 2), ("a stream", 1, None)]


@pytest.fixture
def progress():
    with Progress(console=Console(file=io.StringIO(), force_terminal=True), auto_refresh=False) as found:
        yield found


def described(progress: Progress) -> dict[str, tuple[float, float | None]]:
    return {task.description.strip(): (task.completed, task.total) for task in progress.tasks}


def test_long_work_has_a_bar_while_it_lasts(progress):
    with long_work(progress):
        for _ in watched("short work", range(10)):
            pass
        for step in watched("long work", range(1000)):
            if step == 500:
                assert described(progress) == {"long work": (500, 1000)}
    assert described(progress) == {}


def test_bars_go_when_the_work_fails(progress):
    def failing():
        with long_work(progress):
            for step in watched("work", range(1000)):
                1 / (500 - step)

    with pytest.raises(ZeroDivisionError):
        failing()
    assert described(progress) == {}


def test_a_dataset_with_many_cones_reports_them():
    from checker import verify
    from theorems.two_layer_relu import convex_program

    told = dict[str, list[tuple[int, int | None]]]()
    data = {"X": [[k, (k * k) % 7 - 3] for k in range(1, 9)], "y": [1, -2, 3, -1, 2, -3, 1, 2], "beta": 1}
    with listening(lambda what, *step: told.setdefault(what, []).append(step)):
        result = verify(convex_program, data=data, settings={"m": 8})
    assert {claim.verdict for claim in result.claims} <= {"holds", "inapplicable"}
    number = told["maximising over cones"][0][1]
    assert number
    assert told["maximising over cones"][:number] == [(done, number) for done in range(1, number + 1)]
    assert told["maximising over cones"][-1] == (number, number)
    assert "letting neurons join the network" in told
