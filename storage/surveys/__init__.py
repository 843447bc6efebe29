"""Surveys: who may be asked, what is asked, and when."""
