"""Surveys: who may be asked, what is asked, in which words, and which answers there are."""
