"""Prefect flows around the pipeline: schedules, a UI to watch, artifacts to read."""
