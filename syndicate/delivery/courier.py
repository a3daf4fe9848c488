"""Tells receivers what is new, beside everything else: one thread that keeps the books, and one a host that sends.

    courier = Courier(open_index, offers, line, clock)
    courier.start()              # from here on everything happens by itself
    courier.wake()               # a run has ended: look at once; from any thread
    courier.next_due()           # when it will do something next, epoch seconds; None: nothing is due; any thread
    courier.stop(30.0)           # -> True: what was under way is written down; False: something still hangs

    courier.once()               # all that is due now, in this thread, without `start`: `syndicate ping --now`

`open_index` opens an index of its own for the thread that calls it. `offers` says whom to tell and how
(`dispatch.Offers`: endpoints, their notifiers, what holds for all), `line` sends and reads (`Line`), `clock` tells the
time and waits. What is due is decided in `dispatch.py`, and nothing here is lost by a `kill -9`: what was sent and not
written down yet is sent once more, everything else is still due.
"""
