"""JSON Merge Patch (RFC 7396) between two documents that hold no nulls.

`apply(old, diff(old, new)) == new` always holds; the page's `state.js` applies the same patches
and is tested with the same golden files.
"""

from typing import Any

Document = dict[str, Any]


def diff(old: Document, new: Document) -> Document | None:
    """The smallest merge patch from `old` to `new`, or None when they are equal."""
    patch: Document = {}
    for key, value in new.items():
        before = old.get(key)
        if value == before and type(value) is type(before):
            continue
        if type(value) is dict and type(before) is dict:
            inner = diff(before, value)
            if inner is not None:
                patch[key] = inner
        else:
            patch[key] = value
    for key in old:
        if key not in new:
            patch[key] = None
    return patch or None


def apply(target: Any, patch: Any) -> Any:
    """The target with the patch merged in; neither argument is changed.

    Source: RFC 7396, section 2.
    """
    if type(patch) is not dict:
        return patch
    merged = dict(target) if type(target) is dict else {}
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = apply(merged.get(key), value)
    return merged
