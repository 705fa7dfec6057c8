"""Bar charts as SVG from plain numbers, drawn by pygal, in the colours and type of the documents."""

from collections.abc import Sequence
from urllib.parse import quote

from pygal import HorizontalBar
from pygal.style import Style

INK, STRONG, PALE = "#14232f", "#17456e", "#9fbad2"
WIDTH, BAR, LEGEND = 760, 34, 40
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


def bar_chart(name: str, labels: Sequence[str], values: Sequence[float]) -> str:
    """One bar a label, the first on top, its value beside it, as an SVG data URI. `name` is the drawing's id."""
    return _drawn(name, labels, {name: values}, len(labels) * BAR)


def grouped_bar_chart(name: str, labels: Sequence[str], series: dict[str, Sequence[float]]) -> str:
    """Two bars a label, named in a legend below, as an SVG data URI."""
    return _drawn(name, labels, series, len(labels) * BAR * 3 // 2 + LEGEND)


def _drawn(name: str, labels: Sequence[str], series: dict[str, Sequence[float]], height: int) -> str:
    chart = HorizontalBar(
        style=STYLE,
        width=WIDTH,
        height=height,
        js=(),
        show_legend=len(series) > 1,
        legend_at_bottom=True,
        legend_at_bottom_columns=2,
        legend_box_size=12,
        show_x_labels=False,
        show_x_guides=False,
        show_y_guides=False,
        print_values=True,
        print_values_position="top",
        value_formatter=lambda value: f"\u00a0{value:,.10g}",
        truncate_label=-1,
        truncate_legend=-1,
        spacing=8,
        margin=2,
        disable_xml_declaration=True,
        explicit_size=True,
    )
    chart.uuid = name
    # Room for the longest value to the right of its bar; an all-zero chart keeps a scale.
    chart.range = (0, max([1, *(value for values in series.values() for value in values)]) * 1.12)
    chart.x_labels = list(labels)[::-1]
    for title, values in series.items():
        chart.add(title, list(values)[::-1])
    chart.add_xml_filter(_tidy)
    return "data:image/svg+xml;utf8," + quote(chart.render())


def _tidy(root):  # type: ignore[no-untyped-def]
    """Values start where their bar ends; no script, and no comment, which would carry the day it was drawn."""
    for node in list(root.iter()):
        if not isinstance(node.tag, str) or node.tag.endswith("script"):
            if node.getparent() is not None:
                node.getparent().remove(node)
        elif node.get("class") == "value":
            node.set("text-anchor", "start")
    return root
