"""From numbers to action: why people write, what could help itself, how many agents it takes."""
