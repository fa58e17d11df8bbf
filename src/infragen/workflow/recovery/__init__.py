"""What a run that was cut off left behind, and how it goes on."""
