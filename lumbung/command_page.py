"""docs/cli.md: each command with what it takes, as the program itself says it.

Nothing is written twice: usage, help and options are those that ``lumbung … --help`` prints.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Final

import click

from lumbung import cli

TOP: Final = """\
# Command line

`make env` puts the program at `.venv/bin/lumbung`. Progress and advice go to standard error,
results to standard output. With `--json` the last line of standard output is one JSON object.
What each command reads of its surroundings are the [settings](settings.md).

| exit status | means |
|---|---|
| 0 | done |
| 1 | a fault of ours |
| 2 | bad input or usage, each with a [code](errors.md) |
| 3 | refused by a gate, or something was found that must not be |
"""


def page() -> str:
    """Return the page."""
    return "\n".join([TOP, *(_section(context) for context in commands())])


def commands(
    group: click.Group = cli.program, above: click.Context | None = None
) -> Iterator[click.Context]:
    """Give the context of each command that does something, in order of name; groups do nothing."""
    context = above or click.Context(group, info_name="lumbung")
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is None:  # pragma: no cover  a name of the list has its command
            continue
        inner = click.Context(command, info_name=name, parent=context)
        if isinstance(command, click.Group):
            yield from commands(command, inner)
        else:
            yield inner


def _section(context: click.Context) -> str:
    command = context.command
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    told = _prose(inspect.cleandoc(command.help or ""))
    return f"## {context.command_path}\n\n`{usage}`\n\n{told}\n{_options(context)}"


def _options(context: click.Context) -> str:
    """Return the options, each as the help says it; the usage has named the arguments."""
    options = (one for one in context.command.params if isinstance(one, click.Option))
    records = filter(None, (one.get_help_record(context) for one in options))
    rows = [f"| `{_cell(name)}` | {_cell(_prose(said))} |" for name, said in records]
    if not rows:
        return ""
    return "\n" + "\n".join(["| option | what it is for |", "|---|---|", *rows]) + "\n"


def _cell(text: str) -> str:
    """Return what stands in a cell, which a bar would end; a long list breaks at its bars."""
    return text.replace("|", " \\| ")


def _prose(text: str) -> str:
    """Return a help text as Markdown, in which an angle would begin a tag."""
    return text.replace("\b\n", "").replace("<", "\\<")
