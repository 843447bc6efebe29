"""Quality reviews: scorecards, samples, and how a note is worded."""
