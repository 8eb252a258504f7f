# SPDX-License-Identifier: AGPL-3.0-or-later
"""`python -m sviedka.cli`: the same as `sviedka`, where the script is not on the path."""

from sviedka.cli.main import run

run()
