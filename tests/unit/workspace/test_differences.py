from __future__ import annotations

from infragen.workspace import differences, shown_once
from tests.waiting import calls

BEFORE = {"modules/vpc/main.tf": "a = 1\n", "app/web.tf": "b = 1\n"}
AFTER = {"modules/vpc/main.tf": "a = 2\n", "app/web.tf": "b = 1\n"}


def test_what_is_the_same_in_four_environments_is_shown_once_and_names_the_others() -> None:
    found = [
        one
        for name in ("dev", "prod", "staging", "test")
        for one in differences(BEFORE, AFTER, f"generated/technova/{name}")
    ]
    assert shown_once(found) == (
        "# the same in generated/technova/{prod,staging,test}/modules/vpc/main.tf\n"
        "--- a/generated/technova/dev/modules/vpc/main.tf\n"
        "+++ b/generated/technova/dev/modules/vpc/main.tf\n"
        "@@ -1 +1 @@\n"
        "-a = 1\n"
        "+a = 2\n"
        "# 8 changed lines in 4 files, of which 2 are different ones: these\n"
    )


def test_what_one_environment_has_alone_is_shown_beside_what_all_have() -> None:
    other = {**AFTER, "app/web.tf": "b = 2\n"}
    found = [*differences(BEFORE, AFTER, "generated/shop/dev"), *differences(BEFORE, other, "generated/shop/prod")]
    shown = shown_once(found)
    assert "# the same in generated/shop/prod/modules/vpc/main.tf\n" in shown
    assert shown.count("+a = 2") == 1
    assert "+++ b/generated/shop/prod/app/web.tf\n@@ -1 +1 @@\n-b = 1\n+b = 2\n" in shown
    assert shown.endswith("# 6 changed lines in 3 files, of which 4 are different ones: these\n")


def test_the_same_lines_at_another_place_of_another_file_are_the_same() -> None:
    lines = "".join(f"x{number}\n" for number in range(9))
    before = {"one.tf": f"{lines}a\n", "two.tf": f"y\n{lines}a\n"}
    after = {"one.tf": f"{lines}b\n", "two.tf": f"y\n{lines}b\n"}
    assert "# the same in generated/shop/dev/two.tf\n" in shown_once(differences(before, after, "generated/shop/dev"))


def test_a_file_that_comes_is_not_the_same_as_one_that_goes_and_nothing_is_nothing() -> None:
    (new,), (gone,) = differences({}, BEFORE | {"app/web.tf": "a = 1\n"}, "x")[:1], differences(BEFORE, {}, "x")[1:]
    assert new.text.startswith("--- /dev/null\n+++ b/x/app/web.tf\n")
    assert gone.text.startswith("--- a/x/modules/vpc/main.tf\n+++ /dev/null\n")
    assert shown_once([new, gone]) == new.text + gone.text
    assert shown_once([]) == ""


def test_a_single_difference_has_no_more_lines_than_its_diff() -> None:
    (one,) = differences(BEFORE, AFTER, "generated/shop/dev")
    assert shown_once([one]) == one.text


def test_a_long_file_is_not_compared_line_by_line_and_all_between_its_differences_is_shown() -> None:
    def spent(number: int) -> int:
        before = "".join(f"{at % 100}\n" for at in range(number))
        after = "".join(f"{(at * 7) % 100}\n" for at in range(number))
        (one,) = differences({"a.tf": before}, {"a.tf": after})
        return calls(lambda: one.text)

    assert spent(6000) < 3 * spent(3000)
    lines = [f"{at}\n" for at in range(5000)]
    changed = [*lines[:10], "new\n", *lines[10:20], *lines[21:]]
    (one,) = differences({"a.tf": "".join(lines)}, {"a.tf": "".join(changed)})
    between = [f"{sign}{at}\n" for sign, some in (("-", range(10, 21)), ("+", ("new", *range(10, 20)))) for at in some]
    assert one.text == "".join(["--- a/a.tf\n+++ b/a.tf\n@@ -11,11 +11,11 @@\n", *between])
    assert one.lines == 22
    (added,) = differences({"a.tf": "".join(lines)}, {"a.tf": "".join([*lines, "end\n"])})
    assert added.text.endswith("@@ -5000,0 +5001,1 @@\n+end\n")
