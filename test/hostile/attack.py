"""Swaps names in a directory that it owns while root writes there; says so when it gets at what is root's."""
import os
import random
import signal
import sys
import time

base, name, trap = sys.argv[1:4]
home = os.path.dirname(base)
victim = os.path.join(trap, name)
aside = 0
swaps = 0


def stop(*_):
    print('swaps', swaps, flush=True)
    os._exit(0)


signal.signal(signal.SIGTERM, stop)
random.seed()


def spare():
    global aside
    aside = (aside + 1) % 64
    return os.path.join(home, '.aside-%d' % aside)


def peek(path):
    try:
        with open(path) as file:
            text = file.read(4096)
    except (OSError, UnicodeDecodeError):
        return
    if 'SECRET' in text:
        print('read', path, flush=True)


def put(make):
    """Puts something new under the name, in one step."""
    new = os.path.join(base, '..', '.new')
    try:
        make(new)
        os.rename(new, os.path.join(base, name))
    except OSError:
        remove(new)


def remove(path):
    for action in (os.unlink, os.rmdir):
        try:
            return action(path)
        except OSError:
            pass


def own(path):
    with open(path, 'w') as file:
        file.write('mine\n')


def temporaries():
    for one in os.listdir(base):
        path = os.path.join(base, one)
        if one == name or one.startswith('own'):
            peek(path)
            continue
        place = spare()
        remove(place)
        os.rename(path, place)
        os.symlink(random.choice((victim, trap)), path)
        peek(place)
        try:
            for inner in os.listdir(place):
                peek(os.path.join(place, inner))
        except OSError:
            pass


def parent():
    os.rename(base, base + '.real')
    os.symlink(trap, base)
    time.sleep(random.random() / 500)
    os.unlink(base)
    os.rename(base + '.real', base)


def clean():
    for one in os.listdir(base):
        path = os.path.join(base, one)
        if os.path.islink(path):
            remove(path)


actions = [
    temporaries, temporaries, temporaries, parent, clean,
    lambda: put(own), lambda: put(own), lambda: put(own),
    lambda: put(lambda new: os.symlink(victim, new)),
    lambda: put(lambda new: os.symlink(trap, new)),
    lambda: remove(os.path.join(base, name)),
]

while True:
    try:
        random.choice(actions)()
        swaps += 1
    except OSError:
        pass
    time.sleep(random.choice((0, 0, 0.0005, 0.002, 0.01)))
