"""The emulated AWS: code that runs in the emulators' own processes.

`server` is moto with corrections, `corrections` holds one file per thing moto gets wrong, `inventory` lists what
exists, and `stub` answers the few calls an offline plan makes. Nothing here imports the rest of infragen; whoever
wants a sandbox starts one through `infragen.terraform.sandbox`.
"""
