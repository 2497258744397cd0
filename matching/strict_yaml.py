"""Plain YAML, and the lines on which its parts stand.

Keys are texts, and none stands twice. A few lines that refer to each other can stand for more than
fits in memory, so what a text stands for is counted. libyaml reads, ten times as fast as Python.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any, Final, cast

import yaml

MOST: Final = 100_000
"""Parts of a text, each counted as often as it is referred to."""


class _Loader(yaml.composer.Composer, yaml.CSafeLoader):
    """Safe and plain."""

    def __init__(self, text: str) -> None:
        yaml.composer.Composer.__init__(self)
        yaml.CSafeLoader.__init__(self, text)
        self._parts = 0
        self._sizes: dict[int, int] = {}

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        """Return the next part; one that refers to itself, or to too much, is refused."""
        before, event = self._parts, cast("Any", self.peek_event())
        node = super().compose_node(parent, index)
        refers = isinstance(event, yaml.AliasEvent)
        self._parts += self._sizes.get(id(node), MOST) if refers else 1
        if self._parts > MOST:
            problem = "more than a text may stand for"
            raise yaml.composer.ComposerError(None, None, problem, event.start_mark)
        self._sizes[id(node)] = self._parts - before
        return node

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:  # noqa: FBT001, FBT002  PyYAML's own
        """Return a part as an object; what is none of its kind, as 30 February, is refused."""
        try:
            return super().construct_object(node, deep)
        except (AttributeError, KeyError, ValueError) as wrong:
            kind = node.tag.rpartition(":")[2]
            problem = f"no {kind}, although it looks like one"
            raise yaml.constructor.ConstructorError(None, None, problem, node.start_mark) from wrong


def _mapping(loader: yaml.SafeLoader, node: yaml.MappingNode) -> dict[Hashable, object]:
    keys = [loader.construct_object(key) for key, _ in node.value]
    for place, key in enumerate(keys):
        twice = key in keys[:place]
        if twice or not isinstance(key, str):
            problem = f"{key!r} stands twice" if twice else f"the key {key!r} is no text"
            mark = node.value[place][0].start_mark
            raise yaml.constructor.ConstructorError(None, None, problem, mark)
    return loader.construct_mapping(node, deep=True)


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def parse(text: str) -> object:
    """Return what a text of YAML holds; raises yaml.YAMLError when it is none, or not plain."""
    try:
        return _Loader(text).get_single_data()
    except yaml.MarkedYAMLError as wrong:
        raise _within(text, wrong) from wrong
    except RecursionError as wrong:
        raise yaml.YAMLError("parts within parts, too deep to read") from wrong
    except ValueError as wrong:  # a character that there is not
        raise yaml.YAMLError("what no text can hold") from wrong


def _within(text: str, wrong: yaml.MarkedYAMLError) -> yaml.MarkedYAMLError:
    """Return a fault at the end of a text as one on its last line: libyaml tells the one after."""
    mark, last = wrong.problem_mark, text.count("\n")
    if mark is not None and mark.line > last:
        mark = yaml.Mark(mark.name, mark.index, last, mark.column, None, 0)
    return yaml.MarkedYAMLError(wrong.context, wrong.context_mark, wrong.problem, mark, wrong.note)


def line_of(wrong: yaml.YAMLError | UnicodeDecodeError) -> int | None:
    """Return the line, from 1, on which a text is no YAML; None where that is not known."""
    mark = getattr(wrong, "problem_mark", None)
    if mark is not None:
        return int(mark.line) + 1
    if isinstance(wrong, UnicodeDecodeError):
        return wrong.object[: wrong.start].count(b"\n") + 1
    return None


class Lines:
    """The lines, from 1, on which the parts of a text of YAML stand."""

    def __init__(self, text: str) -> None:
        self._root = yaml.compose(text, Loader=yaml.CSafeLoader)

    def of(self, place: Sequence[str | int]) -> int:
        """Return the line of a part: of a key its own, of what is missing that of its whole.

        Args:
            place: the steps to it, keys and numbers in lists from 0.
        """
        node, line = self._root, 1
        for step in place:
            found = _step(node, step)
            if found is None:
                break
            mark, node = found
            line = mark.line + 1
        return line


def _step(node: yaml.Node | None, step: str | int) -> tuple[yaml.Mark, yaml.Node] | None:
    """Return where a step into a node stands, and what it leads to; None where it leads nowhere."""
    if isinstance(node, yaml.MappingNode):
        named = ((key, value) for key, value in node.value if key.value == step)
        return next(((key.start_mark, value) for key, value in named), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step].start_mark, node.value[step]
    return None
