"""The only code that is believed: evaluates programs in exact rationals and balls, and decides claims."""
