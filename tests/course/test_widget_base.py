"""What all widgets share."""

import asyncio
import threading

from vae_from_scratch.course.widgets.base import Widget


def test_what_a_second_thread_of_the_kernel_is_told_is_done_in_the_first():
    told = []

    async def second_thread_calls():
        widget = Widget("A task.", "Its answer.", [])
        act = widget.shown(lambda number: told.append((number, threading.current_thread() is threading.main_thread())))
        await asyncio.to_thread(act, 1)
        act(2)
        await asyncio.sleep(0)

    asyncio.run(second_thread_calls())
    assert sorted(told) == [(1, True), (2, True)]


def test_without_a_kernel_it_is_done_at_once():
    told = []
    Widget("A task.", "Its answer.", []).shown(told.append)(1)
    assert told == [1]
