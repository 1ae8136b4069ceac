"""A wire with a delay: packets between two tun devices, each held back for a while.

Usage: delay.py CONTROL-DEVICE HOSTS-DEVICE ONE-WAY-SECONDS
Commands on stdin: `reset` forgets what was counted, `report` prints it as one line of JSON, `end` (or the end) ends.

It counts, as seen at the control's end, packets with content each way, and serial round trips: how often a packet
that came in at least one round trip after one that went out was waited for.
"""

import fcntl
import json
import os
import select
import struct
import sys
import time
from collections import deque

TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 1, 0x1000
# Packets are sent when the clock is this near.
SLACK = 0.0003


def open_device(name):
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH", name.encode(), IFF_TUN | IFF_NO_PI))
    return device


def counts(packet):
    """Whether a TCP packet carries content or opens a connection: what a peer may be waiting for."""
    if packet[0] >> 4 != 4 or packet[9] != 6:
        return False
    header = (packet[0] & 15) * 4
    length = int.from_bytes(packet[2:4], "big") - header - (packet[header + 12] >> 4) * 4
    return length > 0 or bool(packet[header + 13] & 2)


class Counter:
    def __init__(self, round_trip):
        self.round_trip = round_trip
        self.reset()

    def reset(self):
        self.sent = self.received = self.rounds = 0
        self.waiting = None

    def out(self, now):
        self.sent += 1
        if self.waiting is None:
            self.waiting = now

    def back(self, now):
        self.received += 1
        if self.waiting is not None and now - self.waiting >= self.round_trip * 0.98:
            self.rounds += 1
            self.waiting = None

    def report(self):
        return {"rounds": self.rounds, "sent": self.sent, "received": self.received}


def drain(source, queue, due, seen):
    while True:
        try:
            packet = os.read(source, 65536)
        except BlockingIOError:
            return
        seen(packet)
        queue.append((due, packet))


def release(queue, target, now, seen):
    while queue and queue[0][0] <= now + SLACK:
        packet = queue.popleft()[1]
        seen(packet)
        try:
            os.write(target, packet)
        except OSError:
            pass  # A device that is down or full loses packets, as a wire does.


def main():
    control, hosts = open_device(sys.argv[1]), open_device(sys.argv[2])
    delay = float(sys.argv[3])
    counter = Counter(2 * delay)
    there, back = deque(), deque()
    poller = select.poll()
    for source in (control, hosts, 0):
        poller.register(source, select.POLLIN | select.POLLHUP)
    print("ready", flush=True)
    while True:
        now = time.monotonic()
        next_due = min((queue[0][0] for queue in (there, back) if queue), default=now + 60)
        events = dict(poller.poll(max(0, (next_due - now - SLACK) * 1000)))
        now = time.monotonic()
        if control in events:
            drain(control, there, now + delay, lambda packet: counter.out(now) if counts(packet) else None)
        if hosts in events:
            drain(hosts, back, now + delay, lambda packet: None)
        release(there, hosts, now, lambda packet: None)
        release(back, control, now, lambda packet: counter.back(now) if counts(packet) else None)
        if 0 in events:
            command = sys.stdin.readline().strip()
            if command in ("", "end"):
                return
            if command == "report":
                print(json.dumps(counter.report()), flush=True)
            counter.reset()


main()
