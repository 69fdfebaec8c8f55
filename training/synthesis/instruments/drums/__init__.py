"""Drums: computed ones, recorded ones, and the kits that they make."""
