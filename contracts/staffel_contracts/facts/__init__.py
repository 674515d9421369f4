"""The facts, one module per service that says them."""

from importlib import import_module

from staffel_contracts.fact import FACTS, Fact

_SAYERS = ("intake", "casework", "jobcenter_bridge", "notify")


def fact_of(type_: str) -> type[Fact] | None:
    """The class of a type, such as ``task-opened.v1``, if this version of the contracts has it.

    What was not imported yet is imported: who reads a feed does not know beforehand what comes.
    """
    if type_ not in FACTS:
        for sayer in _SAYERS:
            import_module(f"{__name__}.{sayer}")
    return FACTS.get(type_)
