"""The demo organisation: its people, and care data made up for it."""
