"""What we know: facts, metrics and operations. Knows no Slack and no clock."""
