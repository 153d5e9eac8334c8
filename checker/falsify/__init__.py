"""Attacks on statements: assumptions dropped one at a time, and mutated statements; what a checker is worth."""
