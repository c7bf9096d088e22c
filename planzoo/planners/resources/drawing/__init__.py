"""Pictures of plans with resources, by matplotlib: Gantt charts, profiles of resources, Pareto fronts."""

from planzoo.planners.resources.drawing.figure import save_figure, svg_text
from planzoo.planners.resources.drawing.gantt import gantt_figure
from planzoo.planners.resources.drawing.pareto import pareto_figure
from planzoo.planners.resources.drawing.profile import profile_figure

__all__ = ["gantt_figure", "pareto_figure", "profile_figure", "save_figure", "svg_text"]
