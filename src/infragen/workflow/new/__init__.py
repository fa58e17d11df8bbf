"""What is begun: a system, an environment, a standby of one, an entry."""
