"""What goes on being wrong is said once, and then now and then."""

from services.chassis.seldom import EVERY, Seldom


def test_the_same_is_said_again_only_after_a_while_and_others_at_once() -> None:
    now = [0.0]
    seldom = Seldom(lambda: now[0])

    said = [seldom.is_due("full"), seldom.is_due("full"), seldom.is_due("away")]
    now[0] = EVERY - 1
    said.append(seldom.is_due("full"))
    now[0] = EVERY
    said.append(seldom.is_due("full"))

    assert said == [True, False, True, False, True]
