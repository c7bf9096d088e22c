from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planzoo.envs.diagnosis.disease_table import DEFAULT_SEVERITY, count_patients, read_disease_table
from planzoo.envs.diagnosis.tables import check_roles
from planzoo.errors import InputError

TABLE = "disease,prior,severity,fever,cough\nflu,0.25,20,0.9,0.8\ncold,0.75,5,0.2,0.7\n"
PATIENTS = """AGE,DIFFERENTIAL_DIAGNOSIS,SEX,PATHOLOGY,EVIDENCES,INITIAL_EVIDENCE
18,"[['Flu', 0.6]]",M,Flu,"['E_48', 'E_54_@_V_161', 'E_54_@_V_183']",E_48
60,"[['Flu', 0.9]]",F,Flu,"['E_54_@_V_161', ""E_48""]",E_48
7,"[['Cold', 1.0]]",F,Cold,[],E_48
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "table.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_table_is_a_naive_bayes_network(tmp_path: Path) -> None:
    network = read_disease_table(written(tmp_path, TABLE)).network()
    assert network.name == "table.csv"
    assert network.variables == ("disease", "fever", "cough")
    assert network.states == (("flu", "cold"), ("yes", "no"), ("yes", "no"))
    np.testing.assert_allclose(network.joint(["disease", "fever"]), [[0.225, 0.025], [0.15, 0.6]])
    np.testing.assert_allclose(network.posterior("disease", {"fever": "yes"}), [0.6, 0.4])


def test_roles_fit_the_network(tmp_path: Path) -> None:
    table = read_disease_table(written(tmp_path, TABLE))
    roles = table.roles(seen=["cough"], test_cost=0.5, treatment_cost=2, budget=3, health_value=7)
    check_roles(table.network(), roles)
    assert list(roles.symptoms) == ["cough"]
    assert {name: (role.kind, role.cost) for name, role in roles.tests.items()} == {"fever": ("ask", 0.5)}
    assert roles.treatments["treat flu"].treats == ("disease=flu",)
    assert roles.diseases["disease"].severity_of("flu") == 20
    assert (roles.budget, roles.health_value) == (3, 7)


def test_severities_may_be_missing_and_priors_rounded(tmp_path: Path) -> None:
    table = read_disease_table(written(tmp_path, "disease,prior,a\nx,0.33333,1\ny,0.66666,0\n\n"))
    np.testing.assert_array_equal(table.severities, [DEFAULT_SEVERITY] * 2)
    np.testing.assert_allclose(table.priors.sum(), 1, rtol=0, atol=1e-15)


@pytest.mark.parametrize(
    ("seen", "costs", "words"),
    [
        (["sneezing"], {}, "no symptom 'sneezing'"),
        (["fever", "cough"], {}, "no symptom that is not seen"),
        ([], {"test_cost": -1.0}, r"the roles of table\.csv: at tests\.fever\.cost: .* not -1"),
        ([], {"treatment_cost": float("nan")}, r"at treatments\.treat flu\.cost: .* not nan"),
        ([], {"budget": 0.0}, r"at budget: .* greater than 0"),
    ],
)
def test_roles_that_cannot_be_are_errors(
    tmp_path: Path, seen: list[str], costs: dict[str, float], words: str
) -> None:
    table = read_disease_table(written(tmp_path, TABLE))
    with pytest.raises(InputError, match=words):
        table.roles(seen, **costs)


@pytest.mark.parametrize(
    ("old", "new", "where", "words"),
    [
        ("0.9,0.8", "1.5,0.8", "row 2, column 'fever'", "a probability between 0 and 1, not '1.5'"),
        ("0.9,0.8", "nan,0.8", "row 2, column 'fever'", "not 'nan'"),
        ("0.9,0.8", "0.9,", "row 2, column 'cough'", "not ''"),
        ("0.2,0.7", "0.2", "row 3, column 'cough'", "this cell is missing"),
        ("0.2,0.7", "0.2,0.7,1", "row 3", "6 cells for 5 columns"),
        ("0.75,5", "0.75,-5", "row 3, column 'severity'", "not negative, not '-5'"),
        ("0.75,5", "0.75,inf", "row 3, column 'severity'", "not 'inf'"),
        ("0.75,5", "0.5,5", "row 3, column 'prior'", "sum to 0.75, not to 1"),
        ("cold", "flu", "row 3, column 'disease'", "'flu' has two rows"),
        ("cold", " ", "row 3, column 'disease'", "is empty"),
        ("fever,cough", "fever,fever", "row 1, column 'fever'", "different names"),
        ("prior", "chance", "row 1, column 'prior'", "missing; there are disease, chance, severity"),
        ("cold,", '"cold,', "row 3", "no CSV"),
        (TABLE, "", "row 1, column 'disease'", "missing; there are none"),
        (TABLE, "disease,prior\nflu,1\n", "row 1", "no column with a symptom"),
        (TABLE, "disease,prior,fever\n", "row 1, column 'prior'", "sum to 0"),
    ],
)
def test_errors_name_file_row_and_column(tmp_path: Path, old: str, new: str, where: str, words: str) -> None:
    assert old in TABLE
    path = written(tmp_path, TABLE.replace(old, new))
    with pytest.raises(InputError) as caught:
        read_disease_table(path)
    assert str(caught.value).startswith(f"{path}, {where}: ")
    assert words in str(caught.value)


@pytest.mark.parametrize("read", [read_disease_table, count_patients])
def test_files_that_cannot_be_read_are_errors(tmp_path: Path, read: Callable[[Path], object]) -> None:
    (tmp_path / "latin.csv").write_bytes("disease,prior,mäßig\n".encode("latin-1"))
    for path in (tmp_path / "missing.csv", tmp_path, tmp_path / "latin.csv"):
        with pytest.raises(InputError, match="cannot be read"):
            read(path)


def test_patients_are_counted(tmp_path: Path) -> None:
    table = count_patients(written(tmp_path, PATIENTS), smoothing=0.5)
    assert table.diseases == ("Cold", "Flu")
    assert table.symptoms == ("E_48", "E_54_@_V_161", "E_54_@_V_183")
    np.testing.assert_allclose(table.priors, [1 / 3, 2 / 3])
    np.testing.assert_allclose(table.chances, [[0.25, 0.25, 0.25], [2.5 / 3, 2.5 / 3, 0.5]])
    assert count_patients(tmp_path / "table.csv", max_rows=2).diseases == ("Flu",)
    check_roles(table.network(), table.roles())


@pytest.mark.parametrize(
    ("old", "new", "where", "words"),
    [
        ("PATHOLOGY", "DISEASE", "row 1, column 'PATHOLOGY'", "missing"),
        (",Cold,", ",,", "row 4, column 'PATHOLOGY'", "is empty"),
        ("[],", "[E_48],", "row 4, column 'EVIDENCES'", "expected a list such as"),
        ("[],", "__import__('os'),", "row 4, column 'EVIDENCES'", "expected a list such as"),
        ("[],", "['E_48' 'E_49'],", "row 4, column 'EVIDENCES'", "expected a list such as"),
        ("[],", "\"['E_48', 'E_49]\",", "row 4, column 'EVIDENCES'", "expected a list such as"),
        ("[],", "[''],", "row 4, column 'EVIDENCES'", "cannot be called ''"),
        ("[],", "['disease'],", "row 4, column 'EVIDENCES'", "cannot be called 'disease'"),
    ],
)
def test_errors_of_patients_name_file_row_and_column(
    tmp_path: Path, old: str, new: str, where: str, words: str
) -> None:
    assert old in PATIENTS
    path = written(tmp_path, PATIENTS.replace(old, new))
    with pytest.raises(InputError) as caught:
        count_patients(path)
    assert str(caught.value).startswith(f"{path}, {where}: ")
    assert words in str(caught.value)


def test_counting_needs_patients_and_sensible_numbers(tmp_path: Path) -> None:
    path = written(tmp_path, PATIENTS)
    for smoothing, max_rows in ((-1, None), (float("inf"), None), (1, 0)):
        with pytest.raises(InputError, match="smoothing of 0 or more and one row or more"):
            count_patients(path, smoothing, max_rows)
    header = PATIENTS.splitlines()[0]
    with pytest.raises(InputError, match="no patient with an evidence"):
        count_patients(written(tmp_path, header + "\n"))


_NAMES = st.text(alphabet='AE_@_1 ,[]"', min_size=1, max_size=6).filter(lambda name: name.strip() == name)
_PATIENTS = st.lists(
    st.tuples(st.sampled_from(["Flu", "Cold", "Anaemia, mild"]), st.lists(_NAMES, max_size=4)),
    min_size=1,
    max_size=20,
).filter(lambda patients: any(evidences for _, evidences in patients))


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_PATIENTS, st.floats(0, 3))
def test_counts_equal_a_naive_count(
    tmp_path: Path, patients: list[tuple[str, list[str]]], smoothing: float
) -> None:
    with open(tmp_path / "patients.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["AGE", "EVIDENCES", "PATHOLOGY"])
        writer.writerows([30, repr(evidences), disease] for disease, evidences in patients)
    table = count_patients(tmp_path / "patients.csv", smoothing)
    assert set(table.symptoms) == {name for _, evidences in patients for name in evidences}
    for d, disease in enumerate(table.diseases):
        having = [evidences for each, evidences in patients if each == disease]
        assert table.priors[d] == pytest.approx(len(having) / len(patients))
        for s, symptom in enumerate(table.symptoms):
            both = sum(symptom in evidences for evidences in having)
            assert table.chances[d, s] == pytest.approx((both + smoothing) / (len(having) + 2 * smoothing))
