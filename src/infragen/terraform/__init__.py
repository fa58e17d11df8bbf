"""Runs terraform: which program, which providers, in which folder, in which order, and what it said.

`binary` and `provider_mirror` find what is on this machine; `child_process` owns one and the signals; `runner` speaks
terraform's command line; `events` and `findings` read its JSON stream; `workfolder` and `combined` lay out scratch
folders, because terraform never runs inside `generated/`; `engine` runs a graph of stacks. Only this floor starts
processes, and it prints nothing: whoever calls gives a callback.
"""
