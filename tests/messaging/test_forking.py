"""Forking while another thread makes something that a child must not share."""

import subprocess
import sys

# A thread that holds the lock of one forkable registers another, exactly while a fork waits for that lock.
CODE = """
import os
from threading import Event, Lock, Thread
from registration.messaging.forking import make_fork_safe

class SlowLock:
    def __init__(self):
        self.lock, self.is_asked_for = Lock(), Event()
    def acquire(self):
        if self.lock.locked():
            self.is_asked_for.set()
        self.lock.acquire()
    def release(self):
        self.lock.release()
    def locked(self):
        return self.lock.locked()

class Thing:
    fork_rank = 0
    def __init__(self, lock):
        self.lock, self.began_anew = lock, False
        make_fork_safe(self)
    def after_fork_in_child(self):
        assert self.lock.locked(), "a thread of the parent may be inside"
        self.lock, self.began_anew = Lock(), True

first = Thing(SlowLock())
made = []
first.lock.acquire()
def make_another():
    first.lock.is_asked_for.wait()
    made.append(Thing(Lock()))
    first.lock.release()
Thread(target=make_another, daemon=True).start()
child = os.fork()
if child == 0:
    os._exit(0 if first.began_anew and made[0].began_anew else 1)
assert os.waitpid(child, 0)[1] == 0
assert not first.lock.locked() and not made[0].lock.locked() and not made[0].began_anew
"""


def test_what_is_made_with_a_lock_in_hand_while_a_fork_waits_for_it_begins_anew_in_the_child() -> None:
    subprocess.run([sys.executable, "-c", CODE], check=True, timeout=20)
