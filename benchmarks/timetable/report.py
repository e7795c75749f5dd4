"""The tables and the plot."""

from pathlib import Path
from typing import Any

from benchmarks.timetable.measuring import Case, quantile


def print_table(title: str, heads: list[str], rows: list[list[str]]) -> None:
    widths = [max(len(row[i]) for row in [heads, *rows]) for i in range(len(heads))]
    print(f"\n{title}")
    for row in [heads, ["-" * width for width in widths], *rows]:
        print("  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)))


def print_times(cases: list[Case]) -> None:
    """Ours, and the others as multiples of it on the same students."""
    heads = [
        "courses",
        "students",
        "p50 ms",
        "p99 ms",
        "proven",
        "largest gap",
        "CP-SAT / ours",
        "capped / ours",
        "capped misses best",
    ]
    groups = [(str(n), [case for case in cases if case.courses == n]) for n in range(5, 9)]
    print_table(
        "Milliseconds for a student's top 3, and the others beside it (medians of the ratios)",
        heads,
        [_times_row(name, group) for name, group in [*groups, ("all", cases)] if group],
    )


def _times_row(name: str, cases: list[Case]) -> list[str]:
    ours = [case.ours for case in cases]
    proven = sum(case.status in ("optimal", "impossible") for case in cases)
    solvable = [case.missed for case in cases if case.missed is not None]
    solver = [case.solver / case.ours for case in cases if case.solver is not None]
    return [
        name,
        str(len(cases)),
        f"{quantile(ours, 0.5):.1f}",
        f"{quantile(ours, 0.99):.1f}",
        f"{proven / len(cases):.1%}",
        f"{max(case.gap for case in cases):.1f}",
        f"{quantile(solver, 0.5):.1f}" if solver else "-",
        f"{quantile([case.capped / case.ours for case in cases], 0.5):.1f}",
        f"{sum(solvable) / len(solvable):.1%}" if solvable else "-",
    ]


def print_equality(cases: list[Case]) -> None:
    brute = [case for case in cases if case.brute is not None]
    solver = [case for case in cases if case.solver is not None]
    rows = [
        [name, str(len(group)), str(sum(bool(case.equal) for case in group))]
        for name, group in (("brute force", brute), ("CP-SAT", solver))
    ]
    print_table("Is the top 3 the same?", ["compared with", "students", "equal"], rows)


def print_growth(rows: list[dict[str, Any]]) -> None:
    heads = ["sections a course", "courses", "p50 ms", "worst ms", "largest gap", "proven"]
    lines = [
        [
            str(row["sections"]),
            str(row["courses"]),
            f"{row['p50']:.1f}",
            f"{row['worst']:.1f}",
            f"{row['largest_gap']:.1f}",
            f"{row['proven']:.0%}",
        ]
        for row in rows
    ]
    print_table("Growth: every course with the same number of sections (budget 200 ms)", heads, lines)


def plot_growth(rows: list[dict[str, Any]], path: Path) -> None:
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(7, 4.5))
    for sections in sorted({row["sections"] for row in rows}):
        line = [row for row in rows if row["sections"] == sections]
        axes.plot(
            [row["courses"] for row in line], [row["p50"] for row in line], marker="o", label=str(sections)
        )
    axes.set(xlabel="courses", ylabel="median ms for the top 3", yscale="log")
    axes.legend(title="sections a course")
    axes.grid(alpha=0.3)
    figure.tight_layout()
    figure.savefig(path, dpi=120)
