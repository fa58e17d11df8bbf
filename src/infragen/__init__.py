"""Terraform from a catalogue of services and databases."""

__version__ = "0.1.0"
