"""What pipelines ask for: their files, the stacks that a change affects, the changes that do not pass."""
