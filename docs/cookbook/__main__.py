"""Runs the cookbook's notebook: the archive the settings name in, the notebook with its outputs out.

`python -m docs.cookbook [FILE]` writes to FILE, by default `answers.ipynb` in the working directory. Outputs are kept
as text and pictures, without what differs from run to run, so that two of them can be compared. It knows nothing of
what the cells ask.
"""

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

SOURCE = Path(__file__).with_name("cookbook.ipynb")
SECONDS = 300
"""Longest time one cell may take."""
KEPT = ("text/plain", "image/png")


def execute(notebook: nbformat.NotebookNode) -> None:
    """Execute a notebook with this interpreter, and put its outputs into it; raise CellExecutionError."""
    client = NotebookClient(
        notebook,
        timeout=SECONDS,
        kernel_name="python3",
        record_timing=False,
        coalesce_streams=True,
        resources={"metadata": {"path": str(SOURCE.parents[2])}},
    )
    client.execute()
    notebook.metadata = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if "data" in output:
                output.data = {kind: output.data[kind] for kind in KEPT if kind in output.data}
                output.metadata = {}


def main(words: list[str]) -> int:
    """Run it; a cell that fails is told by its error, not by the whole trace."""
    target = Path(words[0] if words else "answers.ipynb")
    notebook = nbformat.read(SOURCE, as_version=4)  # type: ignore[no-untyped-call]  # it has no types
    try:
        execute(notebook)
    except CellExecutionError as error:
        print(f"the notebook stopped: {error.ename}: {error.evalue}", file=sys.stderr)
        return 2
    nbformat.write(notebook, target)  # type: ignore[no-untyped-call]  # it has no types
    print(f"answers are in {target}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
