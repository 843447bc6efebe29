"""What reviewers and agents see of reviews, coaching notes and appeals."""
