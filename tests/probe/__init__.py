"""Endpoints: files, schedule, probe and judgement."""
