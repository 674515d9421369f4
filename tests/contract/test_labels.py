"""Every fact and every field of one has a German name."""

from staffel_contracts.catalogue import facts
from staffel_contracts.labels import fact_label, field_label, labels


def test_every_fact_has_a_german_name_and_no_name_is_left_over() -> None:
    assert set(labels("facts")) == {fact.NAME for fact in facts()}


def test_every_field_has_a_german_name_and_no_name_is_left_over() -> None:
    assert set(labels("fields")) == {name for fact in facts() for name in fact.model_fields}


def test_a_name_is_found_with_or_without_the_version() -> None:
    assert fact_label("asylum-recognised.v1") == fact_label("asylum-recognised")
    assert fact_label("asylum-recognised.v1").de == "Asyl anerkannt"
    assert field_label("served_on") == ("zugestellt am", "served on")


def test_what_is_unknown_keeps_its_own_name() -> None:
    assert fact_label("never-heard-of.v7") == ("never heard of", "never heard of")
