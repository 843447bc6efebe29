"""What digests tell, and to whom; knows no Slack."""
