"""Quality reviews in Slack: the form, samples, drafts and scorecards."""
