import pickle
from pathlib import Path
from typing import Any

import pytest

from planzoo.baselines.cells import load_comparison, make_cells, make_contestant, play
from planzoo.baselines.config import CompareConfig, PolicyConfig, ScenarioConfig
from planzoo.baselines.rollout import rollout
from planzoo.errors import InputError
from tests.baselines.conftest import TOY, as_yaml


def comparison(*policies: Any, **scenario: Any) -> CompareConfig:
    entry = {"scenario": {**TOY, **scenario}, "policies": policies}
    return CompareConfig.model_validate({"title": "T", "seeds": {"episodes": 2}, "comparisons": [entry]})


def key(*policies: Any, **scenario: Any) -> str:
    return make_cells(comparison(*policies, **scenario))[0].key


def test_cells_follow_the_config(toy_config: CompareConfig) -> None:
    first, second = make_cells(toy_config)
    assert (first.policy.title, first.observation, first.access) == ("random", "local", "observation")
    assert (second.policy.title, second.observation) == ("random fleet", "fleet")
    assert list(first.seeds.values) == [5, 6, 7]


def test_key_depends_on_all_that_decides_an_episode_and_on_nothing_else() -> None:
    same = key("random")
    assert (
        same == key("random") == key({"name": "random", "label": "other"}) == key("random", name="Other name")
    )
    others = {
        key({"name": "random", "deterministic": False}),
        key({"name": "random", "observation": "fleet"}),
        key("random", arguments={"max_steps": 13}),
        key("random", preset="rware"),
    }
    assert len(others | {same}) == 5


def test_rules_are_those_of_one_policy() -> None:
    config = comparison("random", {"name": "random", "label": "hurried", "rules": {"max_steps": 3}})
    usual, hurried = make_cells(config)
    assert [play((cell, 0)).episode.length for cell in (usual, hurried)] == [12, 3]
    assert usual.key != hurried.key == key("random", arguments={"max_steps": 3})
    with pytest.raises(InputError, match="takes no argument 'max_step'; did you mean 'max_steps'"):
        key({"name": "random", "rules": {"max_step": 3}})


def test_measures_are_shown_and_change_no_episode() -> None:
    assert key("random", measures=["deliveries"]) == key("random")


def test_key_knows_the_weights_and_not_the_folder(checkpoint: Path, tmp_path: Path) -> None:
    def learned(folder: Path) -> str:
        return key({"name": "ppo", "arguments": {"checkpoint": str(folder)}})

    before = learned(checkpoint)
    assert learned(checkpoint.rename(tmp_path / "moved")) == before
    metadata = tmp_path / "moved" / "metadata.json"
    text = metadata.read_text()
    start = text.index("weights_sha256") + len('weights_sha256": "')
    metadata.write_text(text[:start] + "0" * 64 + text[start + 64 :])
    assert learned(tmp_path / "moved") != before


def test_key_depends_on_the_version(monkeypatch: pytest.MonkeyPatch) -> None:
    before = key("random")
    monkeypatch.setattr("planzoo.__version__", "99.0")
    assert key("random") != before


def test_playing_in_another_process_would_be_the_same(toy_config: CompareConfig) -> None:
    cell = make_cells(toy_config)[0]
    copy = pickle.loads(pickle.dumps(cell))
    assert copy == cell
    first, second = play((cell, 5)), play((copy, 5))
    assert first.key == cell.key and first.training_steps == 0 and first.preparation_seconds > 0
    assert (first.episode.episode_return, first.episode.length) == (second.episode.episode_return, 12)


def test_policy_is_made_once_for_the_seeds_of_a_cell(
    toy_config: CompareConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []

    def count(*arguments: Any) -> Any:
        made.append(arguments)
        return make_contestant(*arguments)

    monkeypatch.setattr("planzoo.baselines.cells.make_contestant", count)
    monkeypatch.setattr("planzoo.baselines.cells._contestants", {})
    first, second = make_cells(toy_config)
    for task in ((first, 5), (first, 6), (second, 5), (second, 6)):
        play(task)
    assert len(made) == 2


def test_contestant_carries_policy_and_environment(checkpoint: Path) -> None:
    policy = PolicyConfig(name="ppo", arguments={"checkpoint": str(checkpoint)})
    contestant = make_contestant(ScenarioConfig.model_validate(TOY), policy)
    assert contestant.policy.observation_size == contestant.environment.observation_space.shape[0]  # type: ignore[index]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "name: random\n",
            "name: radnom\n",
            r"\.yaml:\d+: comparisons\[0\]\.policies\[0\]: there is no policy 'radnom'",
        ),
        (
            "name: random\n",
            "name: myopic\n",
            r"policies\[0\]: policy 'myopic' does not fit scenario 'warehouse_v0'",
        ),
        ("name: random\n", "name: htn\n", r"policies\[0\]: policy 'htn' reads the 'fleet' observation"),
        ("preset: toy", "preset: tyo", r"comparisons\[0\]\.scenario: .* no preset 'tyo'; did you mean 'toy'"),
        ("max_steps: 12", "max_step: 12", r"scenario: preset 'toy' .* takes no argument 'max_step'"),
        (
            "measures: {}",
            "measures: {deliverys: d}",
            r"bad\.yaml:\d+: comparisons\[0\]\.scenario\.measures: 'warehouse_v0' tells no fact 'deliverys'",
        ),
        ("observation: fleet", "observation: flet", r"policies\[1\]: .*'flet' is unknown"),
    ],
)
def test_errors_name_file_line_and_key(
    tmp_path: Path, toy_config: CompareConfig, old: str, new: str, message: str
) -> None:
    path = tmp_path / "bad.yaml"
    text = as_yaml(toy_config)
    assert old in text
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(InputError, match=message):
        load_comparison(str(path))


def test_load_comparison_with_fewer_episodes(tmp_path: Path, toy_config: CompareConfig) -> None:
    path = tmp_path / "good.yaml"
    path.write_text(as_yaml(toy_config))
    config, cells = load_comparison(str(path), episodes=2)
    assert config.title == "Toys"
    assert [list(cell.seeds.values) for cell in cells] == [[5, 6], [5, 6]]


def test_arguments_without_plain_form(toy_config: CompareConfig) -> None:
    class Params:
        def to_dict(self) -> dict[str, Any]:
            return {"value": object()}

    from planzoo.baselines.cells import _key
    from planzoo.baselines.policies import Place

    with pytest.raises(InputError, match="no plain form"):
        _key(Place("warehouse_v0", Params()), toy_config.comparisons[0].policies[0])


def test_resources_are_enforced_on_all_and_shown_to_those_that_read_them() -> None:
    tank = {"preset": "fuel", "arguments": {"amount": 4}}
    policies = ("random", {"name": "resource_aware", "observation": "fleet"})
    config = comparison(*policies, resources=tank, measures=["left_fuel", "violations"])
    plain, aware = make_cells(config)
    assert len({plain.key, key("random"), key("random", resources={**tank, "arguments": {"amount": 5}})}) == 3
    for cell in (plain, aware):
        facts = play((cell, 0)).episode.facts
        assert 0 <= facts["left_fuel"] <= 4
    sizes = [
        make_contestant(cell.scenario, cell.policy).environment.observation_space.shape
        for cell in (plain, aware)
    ]
    fleet = make_cells(comparison({"name": "htn", "observation": "fleet"}))[0]
    without = make_contestant(fleet.scenario, fleet.policy).environment.observation_space.shape
    local = make_cells(comparison("random"))[0]
    assert sizes[0] == make_contestant(local.scenario, local.policy).environment.observation_space.shape
    assert without is not None and sizes[1] is not None
    robots = len(aware_agents(aware))
    assert sizes[1][0] == without[0] + robots


def aware_agents(cell: Any) -> tuple[str, ...]:
    return tuple(make_contestant(cell.scenario, cell.policy).environment.unwrapped.agents)  # type: ignore[attr-defined]


def test_wrong_resources_are_refused_before_anything_runs() -> None:
    def resources(**data: Any) -> None:
        make_cells(comparison("random", resources=data))

    with pytest.raises(InputError, match="has no resources 'fule'; did you mean 'fuel'"):
        resources(preset="fule", arguments={"amount": 1})
    with pytest.raises(InputError, match="needs the argument 'amount'"):
        resources(preset="fuel")
    with pytest.raises(InputError, match="takes no argument 'violations'; did you mean 'violation'"):
        resources(preset="fuel", arguments={"amount": 1, "violations": "end"})
    with pytest.raises(InputError, match="unknown key 'usage'"):
        resources(rules={"resources": [], "usage": {}})
    with pytest.raises(InputError, match="give the scenario 'resources'"):
        make_cells(comparison({"name": "resource_aware", "observation": "fleet"}))


def test_resources_may_be_written_in_full() -> None:
    tank = {"name": "fuel", "resource_type": "consumable", "initial_amount": 2}
    rules = {"resources": [tank], "uses": {1: [{"resource": "fuel", "amount": 1}]}}
    (cell,) = make_cells(comparison("random", resources={"rules": rules}))
    assert play((cell, 1)).episode.facts["left_fuel"] <= 2


def test_policies_that_replan_are_watched() -> None:
    scenario = ScenarioConfig(
        scenario="maze_v0", arguments={"observation": "map"}, disturbances={"action_failure": 0.3}
    )
    contestant = make_contestant(scenario, PolicyConfig(name="replanning", arguments={"when": "failure"}))
    facts = rollout(contestant.environment, contestant.policy, 0).facts
    assert facts["triggered_failure"] > 0 and 0 <= facts["plan_stability"] <= 1
    assert facts["disturbances_action_failure"] > 0
    plain = make_contestant(scenario, PolicyConfig(name="coordinated"))
    assert "plan_stability" not in rollout(plain.environment, plain.policy, 0).facts
