"""An environment's text: rendered in memory, with its lock files and schemas; taken over by hand, or left behind."""
