from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planzoo.envs.networks.bif import parse_bif
from planzoo.errors import InputError

TWO = """
variable a { type discrete [ 2 ] { yes, no }; }
variable b { type discrete [ 3 ] { low, middle, high }; }
probability ( a ) { table 0.2, 0.8; }
"""


def rows_of_b(entries: str) -> np.ndarray:
    return parse_bif(f"{TWO} probability ( b | a ) {{ {entries} }}").tables[1]


def declared(names: list[str], size: int) -> str:
    states = " ".join(f"s{number}" for number in range(size))
    return "".join(f"variable {name} {{ type discrete [ {size} ] {{ {states} }}; }}" for name in names)


def test_default_rows_fill_what_no_row_gives() -> None:
    np.testing.assert_array_equal(
        rows_of_b("(no) 0.5, 0.3, 0.2; default 0.25 0.25 0.5;"), [[0.25, 0.25, 0.5], [0.5, 0.3, 0.2]]
    )
    np.testing.assert_array_equal(rows_of_b("default 0 0 1;"), [[0, 0, 1]] * 2)


def test_rounded_rows_are_scaled_to_one() -> None:
    table = rows_of_b("(yes) 0.33333, 0.33333, 0.33333; (no) 1.00005 0 0;")
    np.testing.assert_allclose(table, [[1 / 3] * 3, [1, 0, 0]], rtol=0, atol=1e-15)


def test_rows_that_miss_one_by_a_millionth_stay_as_written() -> None:
    """Programs that calculate with the numbers as written come to the same posteriors."""
    table = rows_of_b("(yes) 0.3333333, 0.3333333, 0.3333333; (no) 0.3333337, 0.3333333, 0.3333333;")
    np.testing.assert_array_equal(table, [[0.3333333] * 3, [0.3333337, 0.3333333, 0.3333333]])


@given(st.floats(-2e-4, 2e-4))
def test_sums_are_kept_scaled_or_rejected(deviation: float) -> None:
    row = [0.5, 0.25, 0.25 + deviation]
    entries = f"(yes) {' '.join(map(repr, row))}; (no) 0 0 1;"
    if abs(deviation) > 1.0001e-4:
        with pytest.raises(InputError, match=r"given \(yes\) sum to .* not to 1 within 0\.0001"):
            rows_of_b(entries)
    else:
        total = sum(rows_of_b(entries)[0])
        assert abs(total - 1) <= (1e-6 if abs(deviation) <= 1e-6 else 1e-12)


def test_a_wrong_sum_in_a_whole_table_names_the_parents_states() -> None:
    with pytest.raises(InputError, match=r"of 'b' given \(no\) sum to 0\.5, not to 1"):
        rows_of_b("table 0.2 0.3 0.3 0.1 0.5 0.1;")


def test_all_tables_together_have_a_largest_size() -> None:
    names = [f"v{number}" for number in range(24)]
    text = declared(names, 2) + "".join(f"probability ( {name} ) {{ table 1 0; }}" for name in names[2:])
    one = f"{text} probability ( v0 ) {{ table 1 0; }} probability ( v1 | {' '.join(names[2:])} )"
    with pytest.raises(InputError, match=r"column [0-9]+: with the 8388608 entries of 'v1' the tables have"):
        parse_bif(one + " { default 1 0; }")
    small = " ".join(names[3:])
    both = text + "".join(f"probability ( {v} | {small} ) {{ default 1 0; }}" for v in names[:2])
    with pytest.raises(InputError, match=r"with the 4194304 entries of 'v[01]'"):
        parse_bif(both)


def test_a_variable_has_31_parents_at_most() -> None:
    names = [f"v{number}" for number in range(33)]
    roots = declared(names, 1) + "".join(f"probability ( {name} ) {{ table 1; }}" for name in names[1:])
    with pytest.raises(InputError, match=r"'v0' has 32 parents, over 31"):
        parse_bif(f"{roots} probability ( v0 | {' '.join(names[1:])} ) {{ default 1; }}")
    network = parse_bif(f"{roots} probability ( v0 | {' '.join(names[1:32])} ) {{ default 1; }}")
    assert network.tables[0].shape == (1,) * 32


def test_rows_of_variables_without_parents_name_no_states() -> None:
    network = parse_bif("variable a { type discrete [ 2 ] { x y }; } probability ( a ) { () 0.25 0.75; }")
    np.testing.assert_array_equal(network.tables[0], [0.25, 0.75])
    with pytest.raises(InputError, match=r"has no probabilities; add a row"):
        parse_bif("variable a { type discrete [ 2 ] { x y }; } probability ( a ) { }")
