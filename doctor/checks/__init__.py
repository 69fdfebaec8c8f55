"""The checks, one file for each idea; each has a tuple `CHECKS`, and `doctor.catalogue` puts them together."""
