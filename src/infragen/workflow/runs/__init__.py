"""Stacks planned and applied one after another, with a journal."""
