"""Surveys: whom they ask, what comes back, and what becomes of it."""
