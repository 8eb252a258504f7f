# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a keeper takes for an identity has a largest size, lines of its kinds, and nothing else."""

import pytest

from sviedka.core.base.canonical import encode_canonical
from sviedka.keeper.errors import FrameMalformed, RequestRefused
from sviedka.keeper.identity_lines import MOST_BYTES, Identity, check_identity, parse_identity, parse_lines


def of_size(size):
    empty = len(encode_canonical({"lines": [["name", ""]]}))
    return encode_canonical({"lines": [["name", "a" * (size - empty)]]})


def test_an_identity_of_a_mebibyte_is_read_and_one_byte_more_is_refused():
    assert MOST_BYTES == 1 << 20
    assert len(parse_identity(of_size(MOST_BYTES)).lines) == 1
    with pytest.raises(RequestRefused):
        parse_identity(of_size(MOST_BYTES + 1))


@pytest.mark.parametrize("line", [["name"], ["name", "A", "B"], "name", None])
def test_a_line_is_a_kind_and_a_text(line):
    with pytest.raises(RequestRefused):
        check_identity(parse_identity(encode_canonical({"lines": [line]})))
    with pytest.raises(FrameMalformed):
        parse_lines(encode_canonical([line]))


def test_control_lines_of_their_shape_are_read():
    check_identity(Identity(lines=(("name", "A B"),)))
    assert parse_lines(encode_canonical([["name", "A B"], ["phone", "C"]])) == [("name", "A B"), ("phone", "C")]
