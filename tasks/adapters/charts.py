"""Bar charts as SVG from plain numbers, drawn by pygal, in the colours and type of the documents."""

from collections.abc import Mapping, Sequence
from urllib.parse import quote

from pygal import HorizontalBar
from pygal.style import Style

INK, STRONG, PALE = "#14232f", "#17456e", "#9fbad2"
# In units of which 14 make the height of the letters; a label is as high as a row of the table beside the chart.
WIDTH, ROW, LEGEND_LINE = 360, 41, 24
STYLE = Style(
    background="transparent",
    plot_background="transparent",
    foreground=INK,
    foreground_strong=INK,
    foreground_subtle=INK,
    font_family="Noto Sans",
    label_font_size=14,
    major_label_font_size=14,
    value_font_size=14,
    legend_font_size=14,
    opacity="1",
    colors=(STRONG, PALE),
    transition="none",
)


def bar_chart(name: str, labels: Sequence[str], series: Mapping[str, Sequence[float]]) -> str:
    """Bars for each label, the first on top, their values beside them, as an SVG data URI.

    `name` is the drawing's id. One or two `series`; two are told apart by a legend below.
    """
    chart = HorizontalBar(
        style=STYLE,
        width=WIDTH,
        height=len(labels) * ROW + (len(series) * LEGEND_LINE + 8 if len(series) > 1 else 0),
        js=(),
        show_legend=len(series) > 1,
        legend_at_bottom=True,
        legend_at_bottom_columns=1,
        legend_box_size=12,
        show_x_labels=False,
        show_x_guides=False,
        show_y_guides=False,
        print_values=True,
        print_values_position="top",
        value_formatter=_figure,
        truncate_label=-1,
        truncate_legend=-1,
        spacing=8,
        margin=2,
        disable_xml_declaration=True,
        explicit_size=True,
    )
    chart.uuid = name
    chart.range = (0, _scale([value for values in series.values() for value in values]))
    chart.x_labels = list(labels)[::-1]
    for title, values in series.items():
        chart.add(title, list(values)[::-1])
    chart.add_xml_filter(_tidy)
    return "data:image/svg+xml;utf8," + quote(chart.render())


def _figure(value: float) -> str:
    return f"\u00a0{value:,.10g}"


def _scale(values: Sequence[float]) -> float:
    """The end of the scale: beyond the longest bar, by the room that the longest figure needs beside it."""
    widest = max((len(_figure(value)) for value in values), default=0)
    return max([1, *values]) * (1.05 + 0.035 * widest)


def _tidy(root):  # type: ignore[no-untyped-def]
    """Values start where their bar ends; no script, and no comment, which would carry the day it was drawn."""
    for node in list(root.iter()):
        if not isinstance(node.tag, str) or node.tag.endswith("script"):
            if node.getparent() is not None:
                node.getparent().remove(node)
        elif node.get("class") == "value":
            node.set("text-anchor", "start")
    return root
