"""What people are told of what stands, in each format."""

from __future__ import annotations

import json

from infragen.core.operations import OutputLine
from infragen.report.instructions import after_apply, as_json, markdown, text
from infragen.stacks.outputs import EntryOutput, Instruction

PUSH = "docker buildx build --push --tag x:v1 ."


def instruction(owner: str, tell: OutputLine, value: str | None) -> Instruction:
    return Instruction(EntryOutput(owner, tell), value)


FOUND = (
    instruction("gateways/public", OutputLine("public", "for everybody with a key", ""), "https://a.example.com"),
    instruction("databases/main", OutputLine("address", "database main", ""), None),
    instruction("services/web", OutputLine("next", "push its image", "", is_command=True), PUSH),
    instruction("services/web", OutputLine("detail", "read its log", "", is_command=True), "aws logs tail x"),
)


def test_each_heading_has_its_lines_and_commands_stand_behind_a_prompt() -> None:
    assert text("demo/dev", FOUND) == (
        "Addresses on the internet\n"
        "  gateways/public: for everybody with a key: https://a.example.com\n"
        "\n"
        "Addresses inside the VPC\n"
        "  databases/main: database main: (known after apply)\n"
        "\n"
        "Next steps\n"
        "  services/web: push its image\n"
        f"    $ {PUSH}\n"
        "\n"
        "More\n"
        "  services/web: read its log\n"
        "    $ aws logs tail x"
    )


def test_nothing_to_tell_is_said() -> None:
    assert text("demo/dev", ()) == "demo/dev: there is nothing to report"


def test_after_an_apply_of_which_there_is_no_more_than_details_the_command_is_named_alone() -> None:
    failed = instruction("services/web", OutputLine("repair", "look at what failed", "", is_command=True), "aws sqs x")
    assert after_apply([failed, FOUND[-1]], "infragen outputs x") == "\nTo show all: infragen outputs x\n"


def test_after_an_apply_details_are_left_out_and_what_is_left_out_is_counted() -> None:
    many = [
        instruction(
            f"services/web-{number}", OutputLine("next", "push its image", "", is_command=True), f"push {number}"
        )
        for number in range(7)
    ]
    said = after_apply([*FOUND, *many], "infragen outputs demo/dev")
    assert "read its log" not in said
    assert "push 3" in said
    assert "push 4" not in said
    assert "  and 3 more\n" in said
    assert said.endswith("To show all: infragen outputs demo/dev\n")


def test_markdown_has_values_in_code() -> None:
    said = markdown("demo/dev", FOUND)
    assert said.startswith("### demo/dev\n\n**Addresses on the internet**\n\n- gateways/public: ")
    assert f"- services/web: push its image: `{PUSH}`" in said
    assert "- databases/main: database main: (known after apply)" in said


def test_json_has_everything_and_null_for_what_is_not_known() -> None:
    document = json.loads(as_json("demo/dev", FOUND))
    assert (document["version"], document["target"]) == (1, "demo/dev")
    assert document["instructions"][1] == {
        "entry": "databases/main", "about": "address", "what": "database main", "value": None, "is_command": False,
    }  # fmt: skip
    assert len(document["instructions"]) == len(FOUND)
