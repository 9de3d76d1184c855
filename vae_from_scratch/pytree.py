"""Parameter trees: dict for parts, list for depth, tuple for the roles in a layer.

A leaf is anything that is not a dict, list or tuple. Every function here keeps
the structure of its first tree; NamedTuples come back as themselves.
"""


def tree_map(f, tree, *rest):
    """Tree of f(leaf, *leaves in the same place of the other trees), shaped like the first tree.

    What stands in a leaf's place in the other trees may be anything; above the leaves
    they must be alike. Raises ValueError where one has other keys or another length.
    """
    for other in rest:
        require_alike(tree, other)
    if isinstance(tree, dict):
        return {key: tree_map(f, tree[key], *(other[key] for other in rest)) for key in tree}
    if isinstance(tree, (list, tuple)):
        return rebuild(tree, [tree_map(f, *parts) for parts in zip(tree, *rest, strict=True)])
    return f(tree, *rest)


def require_alike(tree, other):
    if isinstance(tree, dict):
        alike = isinstance(other, dict) and other.keys() == tree.keys()
    elif isinstance(tree, (list, tuple)):
        alike = isinstance(other, (list, tuple)) and len(other) == len(tree)
    else:
        return
    if not alike:
        raise ValueError(
            f"the trees differ: {describe(tree)} in the first, {describe(other)} in the same place of another"
        )


def describe(node):
    if isinstance(node, dict):
        return f"a dict of {list(node)}"
    if isinstance(node, (list, tuple)):
        return f"a {type(node).__name__} of {len(node)}"
    return type(node).__name__


def tree_leaves(tree):
    """List of the leaves, in the order in which they are written down."""
    if isinstance(tree, dict):
        return [leaf for part in tree.values() for leaf in tree_leaves(part)]
    if isinstance(tree, (list, tuple)):
        return [leaf for part in tree for leaf in tree_leaves(part)]
    return [tree]


def tree_paths(tree, path="params"):
    """Tree of the leaves' addresses, such as `params['encoder']['mean'][0]`."""
    if isinstance(tree, dict):
        return {key: tree_paths(part, f"{path}[{key!r}]") for key, part in tree.items()}
    if isinstance(tree, (list, tuple)):
        return rebuild(tree, [tree_paths(part, f"{path}[{i}]") for i, part in enumerate(tree)])
    return path


def tree_unflatten(tree, leaves):
    """Tree shaped like `tree` that holds `leaves` in the order of `tree_leaves`."""
    leaves = iter(leaves)
    return tree_map(lambda _: next(leaves), tree)


def rebuild(like, parts):
    """The parts as a list, tuple or NamedTuple, whichever `like` is."""
    return type(like)(*parts) if hasattr(like, "_fields") else type(like)(parts)
