"""Scenarios: a broadcast with its audience, written down, and played over real sockets.

Start reading at `scenario.py` (the file), then `plan.py` (who does what when), `load.py` (the
processes that do it) and `play.py` (the whole).
"""
