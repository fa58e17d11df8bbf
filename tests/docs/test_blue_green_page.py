"""The command of the page on blue/green deliveries by which people suspend scaling is one that AWS takes."""

from __future__ import annotations

import re
import shlex

import botocore.session
from botocore import xform_name
from botocore.validate import ParamValidator

from .pages import ROOT


def test_scaling_is_suspended_by_a_command_of_aws_in_all_its_ways() -> None:
    [block] = re.findall(r"```sh\n(.*?)```", (ROOT / "docs/blue-green.md").read_text("utf-8"), re.DOTALL)
    program, service, command, *options = shlex.split(block.replace("\\\n", " "))
    assert program == "aws"
    model = botocore.session.get_session().get_service_model(service)
    operation = model.operation_model(next(name for name in model.operation_names if xform_name(name, "-") == command))
    shape = operation.input_shape
    assert shape is not None
    by_option = {f"--{xform_name(member, '-')}": member for member in shape.members}
    given: dict[str, object] = {by_option[name]: value for name, value in zip(options[::2], options[1::2], strict=True)}
    pairs = [pair.partition("=") for pair in str(given["SuspendedState"]).split(",")]
    given["SuspendedState"] = {name: value == "true" for name, _, value in pairs}
    assert not ParamValidator().validate(given, shape).has_errors()
    assert given["SuspendedState"] == dict.fromkeys(shape.members["SuspendedState"].members, True)  # type: ignore[attr-defined]
    assert given["ScalableDimension"] in model.shape_for("ScalableDimension").enum  # type: ignore[attr-defined]
