# SPDX-License-Identifier: AGPL-3.0-or-later
"""`sviedka verify` needs the base install only: the standard library, cryptography and rfc3161-client."""

import json
import subprocess
import sys
from pathlib import Path

from small_dossier import small_recipe, zip_bytes

PROGRAM = """
import sys

class OnlyTheBase:
    allowed = set(sys.stdlib_module_names) | {"sviedka", "cryptography", "rfc3161_client", "_cffi_backend", "cffi"}

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] not in self.allowed:
            raise ImportError(f"{name} is not in the base install")
        return None

sys.meta_path.insert(0, OnlyTheBase())
sys.path.insert(0, sys.argv[3])
from pathlib import Path
from sviedka.verify.dossier import verify_dossier
from sviedka.verify.policy_file import read_policy
report = verify_dossier(Path(sys.argv[1]), policy=read_policy(Path(sys.argv[2])))
for line in report.lines():
    line.message.format(**line.facts)
sys.stdout.buffer.write(report.encode())
ours = {name for name in sys.modules if name.startswith("sviedka.")}
rooms = {name.split(".")[1] for name in ours}
assert rooms <= {"verify", "core"}, rooms
assert not any(name.startswith(("sviedka.core.intake", "sviedka.core.record")) for name in ours)
"""


def test_the_verifier_runs_from_the_base_install(tmp_path):
    recipe = small_recipe()
    (tmp_path / "dossier.zip").write_bytes(zip_bytes(recipe.build()))
    (tmp_path / "policy").write_bytes(recipe.archive.policy_text())
    source = Path(__file__).resolve().parents[2] / "src"
    arguments = [str(tmp_path / "dossier.zip"), str(tmp_path / "policy"), str(source)]
    done = subprocess.run([sys.executable, "-c", PROGRAM, *arguments], capture_output=True, check=False)
    assert done.stderr == b""
    assert json.loads(done.stdout)["verdict"] == "holds"


def test_the_guard_of_this_test_does_refuse_what_is_not_in_the_base():
    hook = PROGRAM.split("sys.path.insert", maxsplit=1)[0]
    done = subprocess.run([sys.executable, "-c", hook + "import django"], capture_output=True, check=False)
    assert b"not in the base install" in done.stderr
