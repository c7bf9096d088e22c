"""Several patients: money and laboratory are shared, and doctors whose patients have left are let be."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from planzoo.envs import medical_testing_v0
from planzoo.envs.diagnosis.model import DiagnosisModel, Information, decode_observation
from planzoo.envs.diagnosis.params import DiagnosisParams
from planzoo.planners.domains.diagnosis import ContingentPolicy, DiagnosisPolicy, GreedyPolicy, MyopicPolicy
from planzoo.planners.domains.diagnosis_policy import Decision
from planzoo.planners.domains.diagnosis_protocol import ProtocolPolicy
from planzoo.planners.policy import Mask
from tests.planners.domains.diagnosis_play import play, returns

CLINIC = DiagnosisModel(DiagnosisParams.clinic())
POOR = DiagnosisModel(DiagnosisParams.clinic(budget=2.5))
XRAY = CLINIC.tests.index("xray")
KINDS = (GreedyPolicy, MyopicPolicy, ProtocolPolicy, ContingentPolicy)


class Alone(ProtocolPolicy):
    """Each doctor by itself, first come first served: all count on all the money and the free places."""

    def share(self, known: list[Information]) -> list[Information]:
        return known

    def _wish(self, information: Information, mask: Mask | None, plan: Any) -> Decision:
        return self._decided(information, mask, plan)

    def serve(
        self, wishes: list[Decision], known: list[Information], masks: list[Mask | None]
    ) -> list[Decision]:
        return wishes


def in_parallel(policy: DiagnosisPolicy, seed: int, flat: bool) -> tuple[list[dict[str, int]], float]:
    """Plays an episode of the PettingZoo environment; gives the actions and what all earned."""
    env = medical_testing_v0.parallel_env(policy.model.params, flat=flat)
    observations, _ = env.reset(seed=seed)
    memory, start, earned, history = None, np.ones(1, dtype=bool), 0.0, []
    while env.agents:
        actions, memory = policy.predict({agent: observations[agent] for agent in env.agents}, memory, start)
        assert set(actions) == set(env.agents)
        history.append(actions)
        observations, rewards, _, _, _ = env.step(actions)
        earned += sum(rewards.values())
        start = np.zeros(1, dtype=bool)
    return history, earned


@pytest.mark.parametrize("kind", KINDS)
def test_doctors_in_parallel_decide_as_under_one_controller(kind: type[DiagnosisPolicy]) -> None:
    """Agents that have left are missing in PettingZoo's dicts."""
    for seed in range(6):
        history, earned = in_parallel(kind(CLINIC), seed, flat=False)
        assert in_parallel(kind(CLINIC), seed, flat=True)[1] == pytest.approx(earned, abs=1e-4)
        assert len({len(actions) for actions in history}) > 1 or len(history) == 1 or kind is GreedyPolicy
        decided = list(play(kind(CLINIC), range(seed, seed + 1)))
        for actions, central in zip(history, decided, strict=True):
            for agent, action in actions.items():
                assert central.action[int(agent.removeprefix("doctor_"))] == action
        assert sum(each.reward for each in decided) == pytest.approx(earned, abs=1e-4)


def test_nobody_there_is_no_decision() -> None:
    assert MyopicPolicy(CLINIC).predict({}, ("memory",)) == ({}, ("memory",))


def test_together_they_earn_more_than_each_alone() -> None:
    """The same patients: the mean difference of what episodes earn is above three standard errors."""
    gains = returns(ProtocolPolicy(CLINIC), 2000) - returns(Alone(CLINIC), 2000)
    assert gains.mean() > 3 * gains.std() / np.sqrt(len(gains)) > 0


@pytest.mark.parametrize("kind", [ProtocolPolicy, ContingentPolicy])
def test_money_is_never_overdrawn(kind: type[DiagnosisPolicy]) -> None:
    policy = kind(POOR)
    for decided in play(policy, range(25)):
        state = decided.simulator.state
        assert state.remaining[0] >= -1e-6
        bought = [action for action in decided.action if action < POOR.num_tests]
        money = decode_observation(POOR, decided.observation[: POOR.layout.size]).budget
        assert sum(POOR.prices[test] for test in bought) <= money + 1e-5 or state.turned_away[0].any()


def known(policy: DiagnosisPolicy, **changes: Any) -> Information:
    """A patient who is short of breath."""
    return policy.problem.initial()._replace(evidence=((5, 0),), **changes)


def rows(policy: DiagnosisPolicy, seed: int = 0) -> NDArray[np.float32]:
    """What four doctors see whose patients are all short of breath."""
    env = medical_testing_v0.gymnasium_env(policy.model.params)
    observation, _ = env.reset(seed=seed)
    seen = observation.reshape(4, -1).copy()
    start = int(policy.model.constants.outcome_starts[5])
    seen[:, start : start + 2] = [1.0, 0.0]
    return np.asarray(seen)


def test_two_get_the_places_and_the_others_wait() -> None:
    """All four want the X-ray. Nothing is in work yet, so that the others ask in vain; later they wait."""
    policy = MyopicPolicy(DiagnosisModel(DiagnosisParams.clinic(budget=None)))
    seen = rows(policy)
    first, memory = policy.predict(seen.reshape(-1), None, np.ones(1, dtype=bool))
    assert first.tolist() == [XRAY] * 4
    pending = policy.model.layout.pending.start + XRAY
    seen[:2, pending] = 1.0
    seen[:, policy.model.layout.laboratory] = 0.0
    second, _ = policy.predict(seen.reshape(-1), memory, np.zeros(1, dtype=bool))
    assert second.tolist() == [policy.problem.wait] * 4
    words = policy.explain().words
    assert "Waits for the results that are in work." in words and "Waits for the laboratory." in words
    assert len(policy.explain().data["doctors"]) == 4


def test_places_go_to_those_who_lose_most_without() -> None:
    policy = MyopicPolicy(DiagnosisModel(DiagnosisParams.clinic(budget=None, capacity=1)))
    ill, well = known(policy, places=1), known(policy, places=1)._replace(evidence=((0, 0), (1, 0), (5, 0)))
    wishes = [Decision(ill, XRAY), Decision(well, XRAY)]
    losses = [policy.worth(each) - policy.worth(each._replace(places=0)) for each in (ill, well)]
    busy = [each._replace(pending=()) for each in (ill, well)]
    served = policy.serve(wishes, [*busy, known(policy, pending=((0, 1),))], [None, None])
    assert [each.action for each in served].index(XRAY) == int(np.argmax(losses))
    assert sorted(each.action for each in served) == [XRAY, policy.problem.wait]


def test_who_needs_no_place_does_not_wait_for_one() -> None:
    policy = MyopicPolicy(DiagnosisModel(DiagnosisParams.clinic(budget=None, capacity=1, step_cost=3.0)))
    wishes = [Decision(known(policy, places=1), XRAY)] * 2
    served = policy.serve(wishes, [each.information for each in wishes], [None, None])
    assert served[0].action == XRAY
    assert served[1].action == policy.problem.ending_of(wishes[0].information).actions[0]


def test_patients_who_left_are_remembered_without_masks() -> None:
    policy = GreedyPolicy(CLINIC, num_tests=0)
    seen = rows(policy).reshape(-1)
    _, memory = policy.predict(seen, None, np.ones(1, dtype=bool))
    assert memory[0].left == {0, 1, 2, 3}
    again, _ = policy.predict(seen, memory, np.zeros(1, dtype=bool))
    assert again.tolist() == [policy.problem.stop] * 4 and policy.explain().data == {}


def test_time_is_counted_where_it_can_run_out() -> None:
    hurried = MyopicPolicy(DiagnosisModel(DiagnosisParams.clinic(1, max_steps=2)))
    times = [hurried._last[0].information.time for _ in play(hurried, range(4))]
    assert set(times) == {2, 1}
    deadline = MyopicPolicy(DiagnosisModel(DiagnosisParams.clinic(1, deadline=3)))
    observation = next(play(deadline, range(1))).observation.copy()
    observation[deadline.model.layout.time] = 1 / 3
    deadline.predict(observation)
    assert deadline._last[0].information.time == 1, "the observation tells of a deadline, memory or not"
