"""From a resolved environment to ordered stacks: files, module calls, outputs and inputs."""
