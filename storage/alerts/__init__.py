"""What people are warned of: kinds of rules, what each finds, and when it may be told."""
