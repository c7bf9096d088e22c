"""The documentation says what is so: links lead somewhere, the configuration page lists every key."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from planzoo.baselines import config
from planzoo.baselines.documents import Document
from planzoo.baselines.scenarios import make_place
from tests.house import PACKAGE, ROOT, sources

PAGES = [
    *sorted(ROOT.glob("*.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted((PACKAGE / "envs").glob("*/page.md")),
]
LINK = re.compile(r"\]\((?!https?://|#)([^)#]+)")
MODELS = [
    config.CompareConfig,
    config.ComparisonConfig,
    config.EvaluationConfig,
    config.HyperparametersConfig,
    config.NetworkConfig,
    config.PolicyConfig,
    config.ReferenceConfig,
    config.ResourcesConfig,
    config.ScenarioConfig,
    config.SeedsConfig,
    config.TrainConfig,
]


def configuration_page() -> str:
    """The text of docs/configuration.md."""
    return (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    links = LINK.findall(page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_configuration_page_names_every_key(model: type[config.StrictModel]) -> None:
    page = configuration_page()
    assert [key for key in model.model_fields if f"`{key}`" not in page] == []


@pytest.mark.parametrize(
    ("group", "model"), [("compare", config.CompareConfig), ("train", config.TrainConfig)]
)
def test_example_of_configuration_page_is_read(
    group: str, model: type[config.StrictModel], tmp_path: Path
) -> None:
    examples = re.findall(rf"```yaml\n# {group}\n(.*?)```", configuration_page(), flags=re.DOTALL)
    assert len(examples) == 1
    path = tmp_path / f"{group}.yaml"
    path.write_text(examples[0], encoding="utf-8")
    assert config.parse(model, Document.read(path, path.name)).model_fields_set


def test_resources_of_the_configuration_page_fit_the_warehouse() -> None:
    examples = re.findall(r"```yaml\n(resources:.*?)```", configuration_page(), flags=re.DOTALL)
    assert len(examples) == 2
    for example in examples:
        fields = yaml.safe_load(example)
        scenario = config.ScenarioConfig.model_validate({"scenario": "warehouse_v0", **fields})
        place = make_place(scenario)
        assert place.resources is not None
        assert place.resources.names == ("fuel",)
        place.environment().reset(seed=0)


def test_configuration_page_gives_the_true_defaults() -> None:
    numbers = config.HyperparametersConfig()
    cells = [cell.strip() for line in configuration_page().splitlines() for cell in line.split("|")]
    for key in (
        "learning_rate",
        "n_steps",
        "batch_size",
        "n_epochs",
        "gamma",
        "gae_lambda",
        "clip_range",
        "ent_coef",
    ):
        assert float(cells[cells.index(f"`{key}`") + 1]) == getattr(numbers, key)


def test_every_module_of_the_api_reference_is_there() -> None:
    text = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    modules = re.findall(r"^::: (\S+)$", text, flags=re.MULTILINE)
    known = {source.module for source in sources()}
    assert modules
    assert [module for module in modules if module not in known] == []


def test_every_page_stands_in_the_navigation() -> None:
    navigation = (ROOT / "docs" / "mkdocs.yml").read_text(encoding="utf-8")
    pages = [page.relative_to(ROOT / "docs").as_posix() for page in (ROOT / "docs").rglob("*.md")]
    pages += [f"{page.parent.name}.md" for page in (PACKAGE / "envs").glob("*/page.md")]
    assert [page for page in pages if f": {page}" not in navigation] == []
