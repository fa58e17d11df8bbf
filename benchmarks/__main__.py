"""Measure everything, or what is named: `python -m benchmarks start validate render systems growth report`."""

from __future__ import annotations

import argparse
import re
import shutil
import sys
from functools import partial
from pathlib import Path

from benchmarks import cdktf_run, engine, gate
from benchmarks.entries import entries_of
from benchmarks.measure import INFRAGEN, ROOT, Cost, Limit, best, compare, once, pair, row, scratch
from benchmarks.plan_file import real_changes, write_long_value, write_plan
from benchmarks.report_run import cost as report_cost
from benchmarks.shown_plan import plan_of_alarms
from benchmarks.synthetic import ENTRIES, make

PYTHON = sys.executable
BARE_RENDER = ROOT / "benchmarks/bare_render.py"
_RESOURCE = re.compile(r'^resource "', re.MULTILINE)
_CALL = re.compile(r'^  source = "\.\./modules/([^"]+)"$', re.MULTILINE)
_MICROSECONDS_EACH = 100
_PYTHON = 64
"""MiB: the interpreter with what a report imports, and the report."""
RENDER = (*INFRAGEN, "render", "technova")
WORKED_OUT = ("-C", ".")
"""With which no answer is given that was kept."""


def start(rounds: int) -> None:
    """`--help` and `--version` beside an empty Python."""
    for flag in ("--help", "--version"):
        measured, base = pair((*INFRAGEN, flag), (PYTHON, "-c", "pass"), ROOT, rounds=3 * rounds)
        row(f"infragen {flag} / python -c pass", measured, base, Limit(6))


def validate(rounds: int) -> None:
    """TechNova beside the bare script."""
    bare = (PYTHON, str(ROOT / "benchmarks/bare_validate.py"), str(ROOT), "technova")
    command = (*INFRAGEN, "validate", "technova")
    measured, base = pair((*command, *WORKED_OUT), bare, ROOT, rounds=2 * rounds)
    row("validate technova / bare script", measured, base, Limit(2))
    once(command, ROOT)
    again, base = pair(command, (*command, *WORKED_OUT), ROOT, rounds=rounds)
    row("validate, nothing has changed since / worked out again", again, base, Limit(0.35))


def render(rounds: int) -> None:
    """All of TechNova into an empty folder beside the bare script; then again with nothing changed."""
    with scratch() as name:
        folder = Path(name)
        for part in ("catalog", "environments"):
            shutil.copytree(ROOT / part, folder / part)
        once(RENDER, folder)
        files, sizes = _sizes(folder)
        out = folder / "bare"
        bare = (PYTHON, str(BARE_RENDER), str(folder), "technova", str(sizes), str(out))
        costs: list[tuple[Cost, Cost]] = []
        for _ in range(rounds):
            shutil.rmtree(folder / "generated")
            shutil.rmtree(out, ignore_errors=True)
            costs.append((once(RENDER, folder), once(bare, folder)))
        measured, base = (best(list(side)) for side in zip(*costs, strict=True))
        row("render technova / bare script", measured, base, Limit(3), f"{files:,} files")
        again, check = pair(RENDER, (*RENDER, "--check", *WORKED_OUT), folder, rounds=2 * rounds)
        row("second render / render --check", again, check, Limit(1.1))


def systems(rounds: int) -> None:
    """What resources and entries of delivery-tracking cost beside TechNova's, above what a system of one service costs.

    Each is alone in its project: whoever validates one reads the names in AWS of all others there.
    """
    with scratch() as name:
        least = make(Path(name) / "least", 1)
        folders = {system: _alone(Path(name) / system, system) for system in ("delivery-tracking", "technova")}
        counted = {
            "1,000 resources": {system: _resources(folder, system) / 1000 for system, folder in folders.items()},
            "100 entries": {system: entries_of(folder, system) / 100 for system, folder in folders.items()},
        }
        limits = {"1,000 resources": 4, "100 entries": 2}
        for verb in ("render", "validate"):
            base, *systems = _in_turn(
                [
                    ((*INFRAGEN, verb, name, *WORKED_OUT), folder)
                    for name, folder in (("technova", least), *folders.items())
                ],
                rounds,
            )
            wholes = dict(zip(folders, systems, strict=True))
            for what, counts in counted.items():
                small, large = (
                    Cost((whole.cpu - base.cpu) / counts[system], whole.memory) for system, whole in wholes.items()
                )
                row(f"{verb}, {what} of delivery-tracking / TechNova", small, large, Limit(limits[what]))


def _alone(folder: Path, system: str) -> Path:
    """Copy a system into a project of its own, and render it once."""
    for part in ("catalog", "environments"):
        shutil.copytree(ROOT / part / system, folder / part / system)
    once((*INFRAGEN, "render", system), folder)
    return folder


def growth(rounds: int, fraction: int = 1) -> None:
    """Ten times the entries cost at most a bit more than ten times as much; `fraction` divides both."""
    cases = (
        ("services", 100, 1_000, Limit(1.2 * 10, 150)),
        ("entries", 1_000, 10_000, Limit(11.5, 400)),
    )
    for what, few, many, limit in cases:
        small, large = few // fraction, many // fraction
        costs = []
        for count, times in ((small, 2 * rounds), (large, max(1, rounds // 2))):
            services = count if what == "services" else count * (ENTRIES - 1) // ENTRIES
            with scratch() as name:
                costs.append(_new(RENDER, make(Path(name), services), times))
        row(f"render {large:,} {what} / {small:,}", costs[1], costs[0], limit)


def generators(rounds: int) -> None:
    """The same numbers of services beside CDKTF."""
    with scratch() as name:
        python = cdktf_run.install()
        for count in (20, 200, 1_000):
            folder = make(Path(name) / str(count), count)
            times = max(1, rounds // 2) if count < 1_000 else 1
            measured = _new(RENDER, folder, times)
            other = best([cdktf_run.synthesise(python, count, folder / "cdktf.out") for _ in range(times)])
            own = _resources(folder, environments="prod")
            note = f"{cdktf_run.resources(folder / 'cdktf.out'):,} / {own:,} resources"
            row(f"CDKTF / infragen, {count:,} services", other, measured, note=note)


def _new(command: tuple[str, ...], folder: Path, times: int) -> Cost:
    """Run a command so many times; the best. What renders finds an empty folder."""
    return _in_turn([(command, folder)], times)[0]


def _in_turn(runs: list[tuple[tuple[str, ...], Path]], times: int) -> list[Cost]:
    """Run commands in turn, so that a noisy moment hits all; the best of each. What renders finds an empty folder."""
    costs: list[list[Cost]] = [[] for _ in runs]
    for _ in range(times):
        for place, (command, folder) in enumerate(runs):
            if "render" in command:
                shutil.rmtree(folder / "generated", ignore_errors=True)
            costs[place].append(once(command, folder))
    return [best(one) for one in costs]


def _resources(folder: Path, system: str = "technova", environments: str = "*") -> int:
    """Count the resources of rendered environments; one with `for_each` is one, so there are more."""
    return sum(map(_resources_of, (folder / "generated" / system).glob(f"{environments}/modules")))


def _resources_of(modules: Path) -> int:
    inside = {
        path.name: sum(len(_RESOURCE.findall(file.read_text("utf-8"))) for file in path.glob("*.tf"))
        for path in modules.iterdir()
    }
    files = (file.read_text("utf-8") for file in modules.parent.glob("*/*.tf"))
    return sum(inside[name] for text in files for name in _CALL.findall(text))


def _sizes(folder: Path) -> tuple[int, Path]:
    """List what was rendered for the bare script: its number of files, and a file of sizes and paths."""
    paths = [path for path in sorted((folder / "generated").rglob("*")) if path.is_file()]
    listed = folder / "sizes.txt"
    lines = (f"{path.stat().st_size} {path.relative_to(folder)}" for path in paths)
    listed.write_text("\n".join(lines), encoding="utf-8")
    return len(paths), listed


def report(rounds: int, fraction: int = 1) -> None:
    """Plans read and reported: beside the fastest decoding, beside `json.load`, beside `terraform show`."""
    whole = 100 // fraction
    with scratch() as name:
        folder = Path(name)
        small, large = folder / "small.json", folder / "large.json"
        write_plan(small, whole // 10)
        changes = write_plan(large, whole)
        mebibytes = large.stat().st_size // 2**20
        times = max(1, rounds // 2)
        decoded, loaded = _worked("decode", large, times), _worked("load", large, times)
        row(f"{whole} MB plan to change set / decoding", _worked("change-set", large, times), decoded, Limit(3))
        allowed = Cost(loaded.cpu + _MICROSECONDS_EACH * real_changes(whole) / 1e6, loaded.memory)
        to_markdown = _worked("markdown", large, times)
        row("to Markdown / json.load + 100 us a change", to_markdown, allowed, Limit(2, 2 * mebibytes + _PYTHON))
        row(f"to Markdown, {changes:,} changes / a tenth", to_markdown, _worked("markdown", small, times), Limit(10.5))
        one, ten = folder / "one.json", folder / "ten.json"
        write_long_value(one, 1)
        write_long_value(ten, 10)
        row("one value of 10 MB / 1 MB", _worked("markdown", ten, times), _worked("markdown", one, times), Limit(14))
        shown = plan_of_alarms(folder / "root", 300)
        if shown is None:
            print("     terraform or the AWS provider is not here: not measured beside `terraform show`")
            return
        markdown = (*INFRAGEN, "report", "plan.json", "--format", "markdown")
        measured, base = pair(markdown, shown, folder / "root", rounds=times)
        row("plan JSON to Markdown / terraform show", measured, base, Limit(0.25))


def _worked(work: str, plan: Path, times: int) -> Cost:
    """Measure one piece of work from inside, in processes of its own; the best."""
    return best([Cost(*report_cost(PYTHON, work, plan)) for _ in range(times)])


PARTS = {
    "start": start,
    "validate": validate,
    "render": render,
    "systems": systems,
    "growth": growth,
    "report": report,
    "engine": engine.measure,
    "gate": gate.measure,
    "cdktf": generators,
}
SMALLEST = {"growth": partial(growth, fraction=10), "report": partial(report, fraction=10)}
USUAL = ("start", "validate", "render", "systems", "growth", "report")
"""Without `cdktf`, which installs half a gigabyte, and `engine` and `gate`, which plan and apply for minutes."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--rounds", type=int, default=5, help="More rounds, less noise; 5 when left out.")
    parser.add_argument(
        "--smallest", action="store_true", help="A tenth of what grows, and one round: does it run? No limit counts."
    )
    parser.add_argument("--write", action="store_true", help="Make what is measured the committed figures.")
    arguments = parser.parse_args()
    if unknown := set(arguments.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    for name in arguments.parts or USUAL:
        if arguments.smallest:
            SMALLEST.get(name, PARTS[name])(1)
        else:
            PARTS[name](arguments.rounds)
    compare(write=arguments.write, limits=not arguments.smallest)


main()
