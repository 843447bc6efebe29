"""Results → what is shown: Block Kit with its plain text, terminal text, and JSON.

The only formatter of numbers, durations and periods. Everything here is pure.
"""
