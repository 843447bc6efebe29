"""What the organisation keeps about itself: small, transactional, apart from the facts."""
