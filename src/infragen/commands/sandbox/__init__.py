"""Manage the emulated AWS on this machine."""
