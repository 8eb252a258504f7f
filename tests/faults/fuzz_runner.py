# SPDX-License-Identifier: AGPL-3.0-or-later
"""Coverage-guided fuzzing of every reader: `python tests/faults/fuzz_runner.py --runs 1000000 [NAME…]`.

The readers are instrumented once; each target then runs in a forked process. Prints one JSON line for each: its name, the inputs that it
was given, the seconds that took, and the path of what broke it, if anything did. With `--seconds` a target ends after that time, however
many inputs it got: what is printed was counted, not asked for. Whatever is found belongs into `tests/faults/fuzz_corpus/<name>/`.
"""

import argparse
import hashlib
import json
import os
import re
import sys
import tempfile
import time
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["sviedka", "fuzz_targets"]):
    sys.path.insert(0, str(Path(__file__).parent))
    import fuzz_targets

    TABLE = fuzz_targets.targets()

PLANTED = "planted"
MOST_BYTES = 4096
OURS = 77  # libFuzzer's own status for an error that a target raised


def main(words):
    """Fuzz what was asked for; return 1 if anything broke."""
    parser = argparse.ArgumentParser(prog="fuzz_runner")
    parser.add_argument("--runs", type=int, default=10_000, help="inputs for each target")
    parser.add_argument("--seconds", type=int, default=0, help="the most for each target; 0 for no end but the runs")
    parser.add_argument("--seed", type=int, default=0, help="0 for another one each time")
    parser.add_argument(
        "--found", type=Path, default=Path(tempfile.gettempdir()) / "sviedka-fuzz", help="where findings go"
    )
    parser.add_argument("names", nargs="*", help="targets; all of the table if none is named")
    options = parser.parse_args(words)
    known = {target.name: target for target in TABLE} | {
        PLANTED: fuzz_targets.Target(name=PLANTED, read=fuzz_targets.planted, examples=(b"xxx",))
    }
    broken = [name for name in options.names or [target.name for target in TABLE] if not _fuzz(known[name], options)]
    return 1 if broken else 0


def _fuzz(target, options):
    """Fuzz one target in a process of its own; return whether it held."""
    runs = max(1, round(options.runs * target.share))
    found = options.found / target.name
    found.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as corpus:
        for number, seed in enumerate(target.seeds()):
            (Path(corpus) / f"{number:05}").write_bytes(seed)
        with tempfile.TemporaryFile() as log:
            child = os.fork()
            if child == 0:
                _be_fuzzer(target, runs, options, found, corpus, log.fileno())
            status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            log.seek(0)
            said = log.read().decode("utf-8", "replace")
    crashes = sorted(str(path) for path in found.iterdir())
    done = [int(number) for number in re.findall(r"number_of_executed_units: *(\d+)", said)]
    told = {"name": target.name, "runs": sum(done), "seconds": round(time.monotonic() - began), "status": status}
    sys.stdout.write(f"{json.dumps(told | {'found': crashes})}\n")
    sys.stdout.flush()
    if status:
        sys.stderr.write(said[-4000:])
    return status == 0


def _be_fuzzer(target, runs, options, found, corpus, log):
    try:
        os.dup2(log, 1)
        os.dup2(log, 2)
        words = [
            f"-runs={runs}",
            f"-max_total_time={options.seconds}",
            "-print_final_stats=1",
            f"-max_len={MOST_BYTES}",
            f"-artifact_prefix={found}/",
            "-timeout=60",
            "-rss_limit_mb=4096",
        ]
        atheris.Setup(
            ["fuzz", *words, *([f"-seed={options.seed}"] if options.seed else []), corpus], _keeping(target, found)
        )
        atheris.Fuzz()
    finally:
        os._exit(OURS)


def _keeping(target, found):
    """Return the target's reader, which keeps what broke it before the fuzzer ends."""

    def run(data):
        try:
            target.run(data)
        except BaseException:
            (found / hashlib.sha256(data).hexdigest()[:20]).write_bytes(data)
            raise

    return run


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
