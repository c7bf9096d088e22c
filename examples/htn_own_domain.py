"""A newcomer's own domain: a robot serves coffee. ``python examples/htn_own_domain.py``."""

from planzoo.planners.htn import Domain, Goal, HierarchicalPlanner, State

domain = Domain("coffee", "A robot fills mugs and serves them to guests.")


@domain.operator(duration=2)
def go(state, room):
    """Walk to another room."""
    state.robot_at = room


@domain.operator(duration=3)
def carry(state, mug, room):
    """Carry a mug that stands here to another room."""
    if state.place[mug] != state.robot_at:
        return False  # not applicable
    state.place[mug] = state.robot_at = room


@domain.operator(cost=4)
def brew(state, mug):
    """Fill a mug at the machine, which stands in the kitchen."""
    if not state.place[mug] == state.robot_at == "kitchen":
        return False
    state.full[mug] = True


@domain.goal_method("robot_at")
def walk(state, room):
    """To be somewhere, go there."""
    return [("go", room)]


@domain.goal_method("place")
def fetch(state, mug, room):
    """To have a mug somewhere, go where it is and carry it there."""
    return [Goal("robot_at", state.place[mug]), ("carry", mug, room)]


@domain.method("serve")
def with_any_mug(state, guest):
    """Try one empty mug after another."""
    for mug in [mug for mug, full in state.full.items() if not full]:
        filled = [Goal(("place", mug), "kitchen"), Goal("robot_at", "kitchen"), ("brew", mug)]
        yield [*filled, Goal(("place", mug), state.seat[guest])]


place, seat = {"red": "lounge", "blue": "kitchen"}, {"Ada": "lounge", "Bo": "garden"}
state = State(robot_at="lounge", place=place, full={"red": False, "blue": False}, seat=seat)
result = HierarchicalPlanner(domain).solve((state, [("serve", "Ada"), ("serve", "Bo")]))
print(result.plan.to_text())
