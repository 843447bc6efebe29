"""What a running process tells of itself: what it is at, and what was measured."""
