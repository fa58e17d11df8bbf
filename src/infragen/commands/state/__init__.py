"""Manage the states of an environment's stacks."""
