"""What a run does beside its steps, one Lightning callback per file."""
