"""What `syndicate run` is: it does the right work at the right time, and never stops by itself.

    timetable (APScheduler) ┐
    watch (file events)     ├→ Work → Inbox → the one loop → a run → those who listen (health, alarms, courier)
    signals                 ┘

Nothing but the loop builds anything: who has work puts it into the inbox, where the same works are one.
Everything is level-triggered, so that nothing is lost with a work that is: the next scan finds it.
"""
