"""Workloads: what all entries that run code have in common, be they services, BFFs, workers, jobs or functions."""
