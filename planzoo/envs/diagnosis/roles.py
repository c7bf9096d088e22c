"""What the nodes of a network are to a diagnostician: diseases, tests and treatments with their costs.

Roles are read from strict YAML: unknown and repeated keys are errors. This module imports pydantic and YAML,
    so it
is imported only where a file is read or an instance is built.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from planzoo.errors import InputError


class StrictModel(BaseModel):
    """A part of a YAML file: frozen, without unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class DiseaseRole(StrictModel):
    """A node that is to be diagnosed.

    Attributes:
        severity: what it costs to leave the disease untreated: one number, or one for each state that is a
            disease.
        absent: the state that is no disease; None when every state is one.
    """

    severity: float | dict[str, float]
    absent: str | None = "no"

    def severity_of(self, state: str) -> float:
        """Gives what it costs to leave a state untreated; 0 for a state without a severity."""
        if state == self.absent:
            return 0.0
        return self.severity.get(state, 0.0) if isinstance(self.severity, dict) else self.severity


class TestRole(StrictModel):
    """A node that can be observed.

    Attributes:
        cost: of observing it.
        label: what people call the test; None for the node's name.
    """

    cost: float = Field(ge=0, allow_inf_nan=False)
    label: str | None = None


class TreatmentRole(StrictModel):
    """A treatment or repair; giving it ends the episode.

    Attributes:
        treats: the diseases that it cures: ``node``, or ``node=state`` for one state of a node.
        cost: of giving it, whatever the patient has.
    """

    treats: tuple[str, ...] = ()
    cost: float = Field(default=0.0, ge=0, allow_inf_nan=False)


class Roles(StrictModel):
    """The roles of a network's nodes.

    Attributes:
        diseases: by node.
        tests: by node.
        treatments: by name.
        budget: money for tests in one episode.
        health_value: what a patient is worth who leaves without an untreated disease.
    """

    diseases: dict[str, DiseaseRole] = Field(min_length=1)
    tests: dict[str, TestRole] = Field(min_length=1)
    treatments: dict[str, TreatmentRole] = Field(min_length=1)
    budget: float = Field(gt=0, allow_inf_nan=False)
    health_value: float = Field(default=0.0, allow_inf_nan=False)


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
