"""One file a verb: compose the floors below, print once, return the exit code."""
