from planzoo.baselines.evaluate import evaluate
from planzoo.baselines.rollout import rollout
from planzoo.envs import warehouse_v0
from planzoo.planners.random_policy import RandomPolicy


def test_one_episode_a_seed_as_asked_for() -> None:
    environment = warehouse_v0.gymnasium_env(warehouse_v0.WarehouseParams.toy(max_steps=30))
    policy = RandomPolicy(environment.observation_space.shape[0], (5,))
    episodes = evaluate(environment, policy, iter([4, 2]))
    assert next(episodes).seed == 4
    second = next(episodes)
    assert second.seed == 2
    assert second.episode_return == rollout(environment, policy, 2).episode_return
    assert list(episodes) == []
