# SPDX-License-Identifier: AGPL-3.0-or-later
"""Lengths in DER are written in their shortest form at every size and read again; PEM files have a largest size."""

import pytest

from sviedka.core.base.errors import TooLarge
from sviedka.core.seal.stamp_chain import MAX_PEM_BYTES, read_certificates
from sviedka.core.seal.stamp_der import encode, read_element
from sviedka.core.seal.stamp_errors import StampMalformed

OCTETS = 0x04


@pytest.mark.parametrize(
    ("size", "head"),
    [
        (0, b"\x04\x00"),
        (127, b"\x04\x7f"),
        (128, b"\x04\x81\x80"),
        (255, b"\x04\x81\xff"),
        (256, b"\x04\x82\x01\x00"),
        (65_535, b"\x04\x82\xff\xff"),
        (65_536, b"\x04\x83\x01\x00\x00"),
    ],
)
def test_an_element_of_every_length_is_written_as_x690_says_and_read_again(size, head):
    written = encode(OCTETS, bytes(size))
    assert written == head + bytes(size)
    element = read_element(written, 0, len(written))
    assert (element.body, element.end) == (len(head), len(written))


def test_a_pem_file_of_the_largest_size_is_read_and_one_byte_more_is_refused():
    assert read_certificates(b"\n" * MAX_PEM_BYTES) == ()
    with pytest.raises(TooLarge):
        read_certificates(b"\n" * (MAX_PEM_BYTES + 1))


@pytest.mark.parametrize(
    "head", [b"\x04\x81\x7f", b"\x04\x82\x00\x80", b"\x04\x83\x00\xff\xff", b"\x04\x85\x00\x00\x00\x01\x00"]
)
def test_a_length_that_is_not_in_its_shortest_form_is_refused(head):
    """Control: the shortest forms, above, are read."""
    data = head + bytes(70_000)
    with pytest.raises(StampMalformed):
        read_element(data, 0, len(data))
