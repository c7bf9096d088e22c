from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from planzoo.baselines.config import (
    CompareConfig,
    LSTMConfig,
    PolicyConfig,
    ReferenceConfig,
    ScenarioConfig,
    SeedsConfig,
    TrainConfig,
    find_document,
    parse,
    shipped_configs,
)
from planzoo.baselines.documents import Document
from planzoo.errors import InputError

GOOD = """title: T
comparisons:
  - scenario: {scenario: warehouse_v0, preset: toy}
    policies:
      - random
      - name: ppo
        arguments: {checkpoint: here}
    seeds: {first: 3, episodes: 2}
"""


def read(text: str) -> CompareConfig:
    return parse(CompareConfig, Document("c.yaml", text))


def test_good_config() -> None:
    config = read(GOOD)
    entry = config.comparisons[0]
    assert [policy.title for policy in entry.policies] == ["random", "ppo"]
    assert entry.seeds is not None and list(entry.seeds.values) == [3, 4]
    assert entry.policies[1].arguments == {"checkpoint": "here"}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "policies:",
            "polices:",
            r"c\.yaml:4: comparisons\[0\]\.polices: unknown key; did you mean 'policies'\?",
        ),
        ("title: T", "titel: T", r"c\.yaml:1: titel: unknown key; did you mean 'title'\?"),
        (
            "first: 3",
            "first: -3",
            r"c\.yaml:8: comparisons\[0\]\.seeds\.first: expected greater than or equal to 0",
        ),
        ("episodes: 2", "episodes: 0", "episodes: expected greater than 0"),
        ("episodes: 2", "episodes: many", "episodes: expected a valid integer"),
        (
            "- name: ppo",
            "- label: ppo",
            r"c\.yaml:6: comparisons\[0\]\.policies\[1\]\.name: this key is missing",
        ),
        (
            "- name: ppo",
            "- name: random",
            r"comparisons\[0\]: two policies are called 'random'; give one of them",
        ),
        ("preset: toy", "arguments: [1]", "arguments: expected a valid dictionary"),
        ("title: T", "title: ''", "title: "),
    ],
)
def test_bad_config(old: str, new: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read(GOOD.replace(old, new))


def test_equal_scenario_names() -> None:
    twice = GOOD + GOOD[GOOD.index("  - scenario") :]
    with pytest.raises(InputError, match="two scenarios are called 'warehouse_v0 toy'"):
        read(twice)


def test_with_episodes_changes_all_seeds_and_keeps_the_first() -> None:
    config = read(
        GOOD + GOOD[GOOD.index("  - scenario") : GOOD.index("    seeds")].replace("toy}", "toy, name: B}")
    )
    changed = config.with_episodes(9)
    assert changed.comparisons[0].seeds == SeedsConfig(first=3, episodes=9)
    assert changed.comparisons[1].seeds is None and changed.seeds.episodes == 9
    with pytest.raises(InputError, match="--episodes 0"):
        config.with_episodes(0)


def test_titles() -> None:
    assert ScenarioConfig(scenario="a").title == "a"
    assert ScenarioConfig(scenario="a", preset="b").title == "a b"
    assert ScenarioConfig(scenario="a", preset="b", name="c").title == "c"
    assert PolicyConfig(name="a", label="b").title == "b"


def test_train_config_has_sane_defaults_and_refuses_others() -> None:
    text = "name: n\nscenario: {scenario: warehouse_v0}\nsteps: 10\n"
    config = parse(TrainConfig, Document("t.yaml", text))
    assert (config.algorithm, config.worlds, config.network.policy) == ("ppo", 64, (64, 64))
    with pytest.raises(
        InputError, match=r"t\.yaml:4: algorithm: expected 'ppo', 'maskable_ppo' or 'recurrent"
    ):
        parse(TrainConfig, Document("t.yaml", text + "algorithm: dqn\n"))
    with pytest.raises(InputError, match=r"hyperparameters\.gamma"):
        parse(TrainConfig, Document("t.yaml", text + "hyperparameters: {gamma: 1.5}\n"))
    with pytest.raises(InputError, match=r"hyperparameters\.learning_rate"):
        parse(TrainConfig, Document("t.yaml", text + "hyperparameters: {learning_rate: .nan}\n"))


TRAINING = "name: n\nscenario: {scenario: warehouse_v0}\nsteps: 10\n"


@pytest.mark.parametrize(
    ("text", "lstm"),
    [
        ("algorithm: recurrent_ppo\n", LSTMConfig()),
        ("algorithm: recurrent_ppo\nnetwork: {policy: [8]}\n", LSTMConfig()),
        (
            "algorithm: recurrent_ppo\nnetwork: {lstm: {hidden: 8, critic: false}}\n",
            LSTMConfig(hidden=8, critic=False),
        ),
        ("algorithm: ppo\n", None),
    ],
)
def test_memory_belongs_to_the_recurrent_algorithm(text: str, lstm: LSTMConfig | None) -> None:
    config = parse(TrainConfig, Document("t.yaml", TRAINING + text))
    assert config.network.lstm == lstm
    assert TrainConfig.model_validate_json(config.model_dump_json()) == config


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "network:\n  policy: [8]\n  lstm: {hidden: 8}\n",
            r"t\.yaml:6: network\.lstm: the network of algorithm 'ppo' has no use for a memory; leave it out",
        ),
        (
            "algorithm: recurrent_ppo\nnetwork: {lstm: {shared: true}}\n",
            r"t\.yaml:5: network\.lstm: with 'shared: true' .* write 'critic: false'",
        ),
        (
            "algorithm: recurrent_ppo\nnetwork: {lstm: {hiden: 8}}\n",
            r"network\.lstm\.hiden: unknown key; did you mean 'hidden'",
        ),
        (
            "algorithm: recurrent_ppo\nnetwork: {lstm: {layers: 0}}\n",
            r"network\.lstm\.layers: expected greater",
        ),
        ("algorithm: recurrent_ppo\nnetwork: [8]\n", r"t\.yaml:5: network: "),
    ],
)
def test_bad_memory(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        parse(TrainConfig, Document("t.yaml", TRAINING + text))


@pytest.mark.parametrize(
    ("text", "measures"),
    [
        ("[cost, tests_done]", {"cost": "cost", "tests_done": "tests done"}),
        ("[cost, {tests: tests done}]", {"cost": "cost", "tests": "tests done"}),
        ("{tests: tests done, cost: money}", {"tests": "tests done", "cost": "money"}),
        ("[]", {}),
    ],
)
def test_measures_are_names_with_words(text: str, measures: dict[str, str]) -> None:
    scenario = read(GOOD.replace("preset: toy", f"measures: {text}")).comparisons[0].scenario
    assert scenario.measures == measures and list(scenario.measures) == list(measures)
    assert ScenarioConfig.model_validate_json(scenario.model_dump_json()) == scenario


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "[cost, {tests: a, cost: b}]",
            r"scenario\.measures: expected a fact's name, or 'name: what tables call it'",
        ),
        ("[3]", r"measures: expected a fact's name"),
        ("[cost, {cost: money}]", "two measures are called 'cost'"),
        ("[{cost: ''}]", "measures.cost"),
        ("cost", "measures: expected a valid dictionary"),
    ],
)
def test_bad_measures(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read(GOOD.replace("preset: toy", f"measures: {text}"))


def test_reference_says_what_it_is() -> None:
    kinds = ("published", "optimum", "upper_bound")
    titles = [ReferenceConfig(value=1.0, source="s", kind=kind).regret_title for kind in kinds]
    assert titles == ["regret", "regret to the optimum", "regret to a proven bound"]
    assert ReferenceConfig(value=1.0, source="s").kind == "published"
    with pytest.raises(
        InputError, match=r"reference\.kind: expected 'optimum', 'upper_bound' or 'published'"
    ):
        read(GOOD.replace("preset: toy", "reference: {value: 1, source: s, kind: bound}"))


@pytest.mark.parametrize(("group", "model"), [("compare", CompareConfig), ("train", TrainConfig)])
def test_every_shipped_config_is_found_and_valid(
    group: str, model: type[CompareConfig | TrainConfig]
) -> None:
    names = shipped_configs(group)
    assert names
    for name in names:
        assert parse(model, find_document(group, name)) == parse(
            model, find_document(group, f"{group}/{name}.yaml")
        )


def test_path_comes_before_shipped_name(tmp_path: Path) -> None:
    path = tmp_path / "demo.yaml"
    path.write_text(GOOD)
    assert find_document("compare", str(path)).data["title"] == "T"


def test_unknown_name_points_to_a_known_one() -> None:
    with pytest.raises(
        InputError, match="dmo: there is no such file and no shipped compare config; did you mean 'demo'"
    ):
        find_document("compare", "dmo")


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from(["title", "seeds", "comparisons", "description", "other"]), VALUES)
def test_any_value_anywhere_is_read_or_one_clear_error(key: str, value: object) -> None:
    data = yaml.safe_load(GOOD)
    data[key] = value
    try:
        read(yaml.safe_dump(data))
    except InputError as error:
        assert str(error).startswith("c.yaml:") and key in str(error) and "\n" not in str(error)
    else:
        assert key != "other"


@given(st.sampled_from(["name", "label", "observation", "deterministic", "arguments", "other"]), VALUES)
def test_any_value_in_a_policy_is_read_or_one_clear_error(key: str, value: object) -> None:
    data = yaml.safe_load(GOOD)
    data["comparisons"][0]["policies"][1][key] = value
    try:
        config = read(yaml.safe_dump(data))
    except InputError as error:
        assert "comparisons[0]" in str(error)
    else:
        assert key != "other" and len(config.comparisons[0].policies) == 2


@given(st.integers(0, 2**31), st.integers(1, 1000))
def test_seeds_are_consecutive(first: int, episodes: int) -> None:
    values = SeedsConfig(first=first, episodes=episodes).values
    assert len(values) == episodes and values[0] == first and values[-1] == first + episodes - 1


def test_configs_cannot_be_changed() -> None:
    config = read(GOOD)
    with pytest.raises(ValidationError, match="frozen"):
        config.title = "other"  # type: ignore[misc]
