"""Losses: differentiable distances between estimated and true stems, by name, with weights and trimming."""
