"""Decide about handoffs: who may take which step, and when responsibility moves.

```
none → submitted → delivered → acknowledged ⇄ information-requested → accepted → in-effect → completed
rejected, expired: over, unless the sender hands over again with a new, linked handoff
```

Nothing is skipped: the receiver names the sheet's digest when it confirms the delivery, a unit takes
the handoff up, then it decides. It may also decide while its question is open, because a sender that
does not answer must not block the person. Only what nobody has taken up expires: 14 days after the
submission, and anew after the delivery. A unit that took it up owes a decision, and until then the
sender stays responsible; a gap in cover raises the alarm.
"""

MOST_ROUNDS = 2
EFFECT, COMPLETION, EXPIRY, GAP = "effect", "completion", "expiry", "gap"
""
