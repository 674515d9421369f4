"""Telling: what each agency sees, and whom a notice reminds.

Hears: intake, casework and jobcenter_bridge, everything that an agency may see.
Says: what was disclosed to which agency, and which notices went out.
Keeps: feeds and notices, and who is involved in a case.
"""
