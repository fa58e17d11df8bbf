"""Manage Terraform's providers and their lock files."""
