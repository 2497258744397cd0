"""Plain YAML, in which a key may not stand twice."""

from __future__ import annotations

from collections.abc import Hashable

import yaml


class _Loader(yaml.SafeLoader):
    """Safe, and it sees a key that stands twice."""


def _mapping(loader: yaml.SafeLoader, node: yaml.MappingNode) -> dict[Hashable, object]:
    keys = [loader.construct_object(key) for key, _ in node.value]
    twice = [key for place, key in enumerate(keys) if key in keys[:place]]
    if twice:
        problem = f"{twice[0]!r} stands twice"
        raise yaml.constructor.ConstructorError(None, None, problem, node.start_mark)
    return loader.construct_mapping(node, deep=True)


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def parse(text: str) -> object:
    """Return what a text of YAML holds; raises yaml.YAMLError when it is none."""
    return _Loader(text).get_single_data()
