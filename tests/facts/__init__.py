"""What the design documents say, transcribed by hand, and tests that compare with it."""
