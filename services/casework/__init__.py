"""The district's work on a case, up to the handover sheet.

Hears: intake (persons, decisions, titles), jobcenter_bridge (what became of handoffs).
Says: finality, the end of benefits, handover sheets, answers to questions, courses.
Keeps: per case what was computed and sent, and copies of what the others said.
"""
