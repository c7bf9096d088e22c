import re
from importlib import resources

from planzoo.baselines.report.palette import (
    INK,
    MUTED,
    RULE,
    SERIES,
    SURFACE,
    series,
    series_variable,
    with_variables,
)


def test_every_stand_in_is_replaced_by_a_variable_that_both_themes_define() -> None:
    style = (resources.files("planzoo") / "baselines" / "report" / "page.css").read_text()
    for colour in (INK, MUTED, RULE, SURFACE, *SERIES):
        match = re.fullmatch(r"fill: var\((--[a-z0-9-]+)\)", with_variables(f"fill: {colour}"))
        assert match is not None
        assert style.count(f"{match[1]}:") == 2


def test_stand_ins_are_different_and_colours_begin_again_after_the_last() -> None:
    assert len({INK, MUTED, RULE, SURFACE, *SERIES}) == 4 + len(SERIES)
    assert series(len(SERIES)) == series(0) != series(1)
    assert series_variable(1) == "--series-2"
