"""What the design documents say, transcribed by hand; nothing here imports infragen."""
