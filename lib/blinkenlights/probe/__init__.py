"""Endpoints: their files, when each is due, how one is asked, and what its answer means.

Nothing here knows who runs it: `blinkenlights probe`, a check that asks now, or a worker elsewhere.
"""
