"""When a digest or a check is due, as people say it: ``mondays 09:00``, ``3rd working day 8am``."""
