"""Fargate's sizes, and the next one up."""

from __future__ import annotations

import pytest

from infragen.kinds.workloads.fargate import SIZES, gigabytes, round_up, vcpu

GB = 1024


@pytest.mark.parametrize(
    ("asked", "built"),
    [
        ((1536, 3 * GB), (2048, 4 * GB)),
        ((3072, 6 * GB), (4096, 8 * GB)),
        ((2560, 5 * GB), (4096, 8 * GB)),
        ((6144, 12 * GB), (8192, 16 * GB)),
        ((1024, 1 * GB), (1024, 2 * GB)),
        ((1024, 2500), (1024, 3 * GB)),
        ((1024, 9 * GB), (2048, 9 * GB)),
        ((8192, 17 * GB), (8192, 20 * GB)),
        ((16384, 33 * GB), (16384, 40 * GB)),
        ((16384, 121 * GB), (32768, 244 * GB)),
        ((24576, 64 * GB), (32768, 120 * GB)),
        ((1, 1), (256, 512)),
    ],
)
def test_the_next_size_up_has_at_least_as_much_of_both(asked: tuple[int, int], built: tuple[int, int]) -> None:
    assert round_up(*asked) == built


@pytest.mark.parametrize(("cpu", "memory"), [(cpu, memory) for cpu, memories in SIZES.items() for memory in memories])
def test_a_size_that_exists_is_built_as_it_is(cpu: int, memory: int) -> None:
    assert round_up(cpu, memory) == (cpu, memory)


def test_the_published_table_has_eight_rows() -> None:
    # Amazon ECS Developer Guide, Task size: first and last memory of each row
    assert {cpu: (memories[0], memories[-1], len(memories)) for cpu, memories in SIZES.items()} == {
        256: (512, 2048, 3),
        512: (1024, 4096, 4),
        1024: (2048, 8192, 7),
        2048: (4096, 16384, 13),
        4096: (8192, 30720, 23),
        8192: (16384, 61440, 12),
        16384: (32768, 122880, 12),
        32768: (61440, 249856, 3),
    }


@pytest.mark.parametrize(("cpu", "memory"), [(32769, 1024), (256, 245 * GB)])
def test_beyond_the_largest_task_there_is_nothing(cpu: int, memory: int) -> None:
    with pytest.raises(ValueError, match="32 vCPU with 244 GB"):
        round_up(cpu, memory)


def test_sizes_are_written_as_the_catalogue_writes_them() -> None:
    assert [vcpu(1536), vcpu(2048), gigabytes(3072), gigabytes(512), gigabytes(2500)] == [
        "1.5 vCPU",
        "2 vCPU",
        "3 GB",
        "0.5 GB",
        "2500 MB",
    ]
