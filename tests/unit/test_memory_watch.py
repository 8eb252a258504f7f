"""What the bench tells of memory is the most at any one time, with the processes that were started."""

import multiprocessing

from sviedka.bench.memory_watch import MemoryWatch, memory_watch

SIZE = 60_000_000


def hold(ready, go):
    held = b"x" * SIZE
    ready.set()
    go.wait(30)
    del held


def test_what_was_held_for_a_while_is_told():
    before = MemoryWatch()
    before.look()
    with memory_watch() as watch:
        held = b"x" * SIZE
        watch.look()
        del held
    assert watch.most_bytes >= before.most_bytes + SIZE // 2


def test_what_a_started_process_holds_counts():
    context = multiprocessing.get_context("spawn")
    ready, go = context.Event(), context.Event()
    with memory_watch() as watch:
        process = context.Process(target=hold, args=(ready, go))
        process.start()
        assert ready.wait(60)
        watch.look()
        go.set()
        process.join()
    alone = MemoryWatch()
    alone.look()
    assert watch.most_bytes >= alone.most_bytes + SIZE // 2
