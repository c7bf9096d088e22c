"""What the nodes of a network are to a diagnostician: diseases, symptoms, tests and treatments, with costs.

Roles are read from strict YAML: unknown and repeated keys are errors. This module imports pydantic and YAML,
so it is imported only where a file is read or an instance is built.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from planzoo.errors import InputError

TestKind = Literal["observe", "ask", "test"]
"""Looking and asking need no laboratory; a test takes one of its places until its result is there."""


class StrictModel(BaseModel):
    """A part of a YAML file: frozen, without unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class DiseaseRole(StrictModel):
    """A node that is to be diagnosed.

    Attributes:
        severity: what it costs to leave the disease untreated: one number, or one for each state that is a
            disease.
        absent: the state that is no disease; None when every state is one.
        label: what people call the disease; None for the node's name.
    """

    severity: float | dict[str, float]
    absent: str | None = "no"
    label: str | None = None

    def severity_of(self, state: str) -> float:
        """Gives what it costs to leave a state untreated; 0 for a state without a severity."""
        if state == self.absent:
            return 0.0
        return self.severity.get(state, 0.0) if isinstance(self.severity, dict) else self.severity


class SymptomRole(StrictModel):
    """A node that everybody sees from the beginning, at no cost.

    Attributes:
        label: what people call the symptom; None for the node's name.
    """

    label: str | None = None


class TestRole(StrictModel):
    """A way to learn of a node.

    The result is the node's state, unless errors are given: then each time that the test is done its result
    is drawn anew, by ``sensitivity`` and ``specificity``, by ``accuracy`` or by ``channel``.

    Attributes:
        node: the node that it tells of; None for the node of the test's own name.
        kind: observe, ask or test; only what is tested needs the laboratory.
        cost: money, from the budget.
        harm: what it does to the patient, in units of utility.
        delay: steps until the result arrives, beside the step that asks for it.
        repeats: how often it can be done.
        sensitivity: P(first state reported | first state), for a node of two states.
        specificity: P(second state reported | second state), for a node of two states.
        accuracy: P(true state reported), all others being equally likely; for any number of states.
        channel: P(result | state) for each state of the node, in full.
        label: what people call the test; None for its name.
    """

    node: str | None = None
    kind: TestKind = "test"
    cost: float = Field(default=0.0, ge=0)
    harm: float = Field(default=0.0, ge=0)
    delay: int = Field(default=0, ge=0, le=1_000_000)
    repeats: int = Field(default=1, ge=1, le=1000)
    sensitivity: float | None = Field(default=None, ge=0, le=1)
    specificity: float | None = Field(default=None, ge=0, le=1)
    accuracy: float | None = Field(default=None, ge=0, le=1)
    channel: dict[str, dict[str, float]] | None = None
    label: str | None = None


class TreatmentRole(StrictModel):
    """A treatment or repair.

    Attributes:
        treats: the diseases that it cures: ``node``, or ``node=state`` for one state of a node.
        cost: of giving it, whatever the patient has; in units of utility, not from the budget for tests.
        harms: what it does to a patient who has a disease (``node`` or ``node=state``), or to one who is
            ``healthy``; in units of utility.
        label: what people call the treatment; None for its name.
    """

    treats: tuple[str, ...] = ()
    cost: float = Field(default=0.0, ge=0)
    harms: dict[str, float] = {}
    label: str | None = None


class Roles(StrictModel):
    """The roles of a network's nodes.

    Attributes:
        diseases: by node.
        symptoms: by node.
        tests: by name.
        treatments: by name.
        budget: money for tests in one episode; None for no bound.
        deadline: steps after which the episode ends untreated; None for none.
        capacity: tests that the laboratory can have in work at once; None for no bound.
        step_cost: what each step costs, in units of utility.
        health_value: what a patient is worth who leaves without an untreated disease.
        treatment_ends: whether an episode ends with its first treatment. If not, a treatment shows whether
            anything is left untreated, and the episode ends when nothing is.
        stop: what people call the action that ends the episode without a further treatment.
    """

    diseases: dict[str, DiseaseRole] = Field(min_length=1)
    symptoms: dict[str, SymptomRole] = {}
    tests: dict[str, TestRole] = Field(min_length=1)
    treatments: dict[str, TreatmentRole] = {}
    budget: float | None = Field(default=None, gt=0)
    deadline: int | None = Field(default=None, ge=1)
    capacity: int | None = Field(default=None, ge=1)
    step_cost: float = Field(default=0.0, ge=0)
    health_value: float = 0.0
    treatment_ends: bool = True
    stop: str = "stop"


ModelType = TypeVar("ModelType", bound=StrictModel)


def read_roles(path: str | os.PathLike[str]) -> Roles:
    """Reads the roles of a network's nodes from a YAML file.

    Raises:
        InputError: the file cannot be read, is not YAML, or has a missing, unknown or unusable key; the
            message names file and key.
    """
    return read_model(path, Roles)


def read_model(path: str | os.PathLike[str], model: type[ModelType]) -> ModelType:
    """Reads a strict model from a YAML file.

    Raises:
        InputError: as :func:`read_roles`.
    """
    name = os.fspath(path)
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"The file {name!r} cannot be read: {error}; check the path.") from error
    try:
        data = yaml.load(text, Loader=_UniqueKeyLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "not YAML"
        raise InputError(f"{name}{where}: {problem}; mend the YAML there.") from error
    return validated(data, model, name)


def validated(data: Any, model: type[ModelType], source: str) -> ModelType:
    """Turns plain data into a strict model.

    Raises:
        InputError: a key is missing, unknown or unusable; the message names source and key.
    """
    try:
        return model.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"]) or "the whole file"
        given = f", not {first['input']!r}" if not isinstance(first["input"], Mapping) else ""
        booleans = any(isinstance(each["input"], bool) for each in error.errors())
        hint = "; YAML reads yes and no as truth values, so quote them" if booleans else ""
        raise InputError(f"{source}: at {key}: {first['msg']}{given}{hint}.") from error


class _UniqueKeyLoader(yaml.SafeLoader):
    """PyYAML's safe loader, which would keep only the last of repeated keys, made strict about them."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys: set[Any] = set()
        for key_node, _ in node.value:
            key = key_node.value if isinstance(key_node, yaml.ScalarNode) else id(key_node)
            if key in keys:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key!r} stands twice", key_node.start_mark
                )
            keys.add(key)
        return super().construct_mapping(node, deep)
