"""What is stored of an environment: states, records of applies, what the catalogue no longer has."""
