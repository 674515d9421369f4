"""Every single change of a module's syntax tree that its tests should notice."""

import ast
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple


class Change(NamedTuple):
    """One change: the line, what it does, and a call that makes it in the tree."""

    line: int
    what: str
    make: Callable[[], None]


_TURNED: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_OTHER: dict[type[ast.AST], type[ast.AST]] = {
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
}
_DECIDING = (ast.If, ast.While, ast.IfExp, ast.Return)
_DROPPED = (ast.Expr, ast.Assign, ast.AugAssign, ast.Raise, ast.Return, ast.Break, ast.Continue)
_WORDS = (ast.JoinedStr, ast.arguments)
"""What an error says, and defaults and annotations, are no conduct."""


def changes(tree: ast.Module) -> list[Change]:
    """All changes of a module, in the order of its lines."""
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    found = {id(node): node for function in functions for node in _within(function)}
    made = [change for node in found.values() for change in _of(node)]
    return sorted(made, key=lambda change: change.line)


def _within(node: ast.AST) -> Iterator[ast.AST]:
    """A node and what is below it, but for words."""
    yield node
    for below in ast.iter_child_nodes(node):
        if not isinstance(below, _WORDS) and below is not getattr(node, "returns", None):
            yield from _within(below)


def _of(node: ast.AST) -> Iterator[Change]:
    yield from _turned(node)
    for name in ("test", "value") if isinstance(node, _DECIDING) else ():
        value = getattr(node, name, None)
        if isinstance(value, ast.expr):
            yield Change(value.lineno, f"{name} negated", _set(node, name, _not(value)))
    if isinstance(node, ast.comprehension):
        for at, test in enumerate(node.ifs):
            yield Change(test.lineno, "filter negated", _put(node.ifs, at, _not(test)))
    for body in ("body", "orelse", "finalbody"):
        yield from _without_one(getattr(node, body, None))


def _turned(node: ast.AST) -> Iterator[Change]:
    """Other operators and other numbers."""
    match node:
        case ast.Compare():
            for at, op in enumerate(node.ops):
                for other in _TURNED[type(op)]:
                    what = f"{other.__name__} for {type(op).__name__}"
                    yield Change(node.lineno, what, _put(node.ops, at, other()))
        case ast.BoolOp(op=op) | ast.BinOp(op=(ast.Add() | ast.Sub()) as op):
            instead = _OTHER[type(op)]
            yield Change(node.lineno, f"{instead.__name__} instead", _set(node, "op", instead()))
        case ast.Constant(value=int() as number):
            near = [not number] if isinstance(number, bool) else [number + 1, number - 1]
            for value in near:
                yield Change(node.lineno, f"{value} for {number}", _set(node, "value", value))
        case _:
            pass


def _without_one(body: Any) -> Iterator[Change]:
    """Each statement of a block struck out; a docstring is none."""
    for at, statement in enumerate(body if isinstance(body, list) else []):
        said = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        if isinstance(statement, _DROPPED) and not said:
            what = f"without {type(statement).__name__.lower()}"
            nothing = ast.copy_location(ast.Pass(), statement)
            yield Change(statement.lineno, what, _put(body, at, nothing))


def _not(value: ast.expr) -> ast.expr:
    return ast.copy_location(ast.UnaryOp(ast.Not(), value), value)


def _set(node: Any, name: str, value: Any) -> Callable[[], None]:
    return lambda: setattr(node, name, value)


def _put(nodes: list[Any], at: int, value: ast.AST) -> Callable[[], None]:
    return lambda: nodes.__setitem__(at, value)
