#!/usr/bin/python3 -ISB
"""Stands in for /usr/bin/ping. The last argument, the address, says how to behave: 127.66.MODE.x, see MODES; every other address is the
real ping, and so are the self-tests, unless the file `mode` beside this one says otherwise: `denied` (no raw socket), `broken` (exit 1),
`mute` (no packet leaves, whatever the address: one line, then the end). Each start is told to the socket `calls`: its arguments as JSON."""
import json, os, resource, signal, socket, sys, time

HERE = os.path.dirname(os.path.realpath(__file__))
REAL = os.path.join(HERE, 'real-ping')
address = sys.argv[-1]

def out(text):
    data = text.encode()
    while data:
        data = data[os.write(1, data):]

def header():
    out('PING %s (%s) 56(84) bytes of data.\n' % (address, address))

def wall():
    """The clock as this program sees it: a test may step it, with the number of seconds in the file `shift`."""
    try:
        with open(os.path.join(HERE, 'shift')) as file:
            return time.time() + float(file.read())
    except OSError:
        return time.time()

def reply(number, more=''):
    return '[%.6f] 64 bytes from %s: icmp_seq=%d ttl=64 time=0.050 ms%s\n' % (wall(), address, number, more)

began = time.time()
last = 0

def next_reply():
    """Five probes a second, as ping was asked for; what is more than that comes as duplicates."""
    global last
    number = int((time.time() - began) * 5) + 1
    more = ' (DUP!)' if number == last else ''
    last = number
    return reply(number, more)

def heed(signals=(signal.SIGINT,)):
    def stop(*_):
        out('\n--- %s ping statistics ---\n1 packets transmitted, 1 received, 0%% packet loss, time 0ms\n' % address)
        os._exit(0)
    for name in signals:
        signal.signal(name, stop)

def flood():
    header()
    block = reply(1) + reply(1, ' (DUP!)') * 999
    while True:
        out(block)

def line():
    while True:
        out('a' * 65536)

def hang():
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, signal.SIG_IGN)
    os.fork()
    header()
    while True:
        time.sleep(60)

def segfault():
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    header()
    os.kill(os.getpid(), signal.SIGSEGV)

def leave():
    os.write(2, b'ping: something that nobody has heard of\n')
    sys.exit(3)

def burst():
    """The fourth number, in thousands: so many replies at 1,800 a second, then the end."""
    header()
    heed()
    total = int(address.split('.')[3]) * 1000
    for done in range(0, total, 90):
        out(''.join(next_reply() for _ in range(min(90, total - done))))
        time.sleep(max(0, began + (done + 90) / 1800 - time.time()))

def greedy():
    header()
    held = []
    try:
        while True:
            held.append(bytearray(32 * 1024 * 1024))
    except MemoryError:
        os.abort()

def steady():
    """The fourth number: so many replies a second, until INT."""
    header()
    heed()
    rate = int(address.split('.')[3])
    done = 0
    while True:
        done += 1
        out(next_reply())
        time.sleep(max(0, began + done / rate - time.time()))

def denied():
    os.write(2, b'ping: socktype: SOCK_RAW\nping: socket: Operation not permitted\nping: => missing cap_net_raw+p capability or setuid?\n')
    sys.exit(2)

def mute():
    header()
    sys.exit(0)

def tell():
    teller = socket.socket(socket.AF_UNIX)
    teller.connect(os.path.join(HERE, 'calls'))
    teller.sendall(json.dumps(sys.argv[1:]).encode())
    teller.close()

MODES = {1: flood, 2: line, 3: hang, 4: segfault, 5: leave, 6: burst, 7: greedy, 8: steady, 9: denied}

def main():
    with open(os.path.join(HERE, 'mode')) as file:
        mode = file.read().strip()
    tell()
    parts = address.split('.')
    if mode == 'denied':
        denied()
    if mode == 'broken':
        sys.exit(1)
    if mode == 'mute' and '--' in sys.argv:
        mute()
    if parts[:2] == ['127', '66'] and int(parts[2]) in MODES:
        MODES[int(parts[2])]()
        sys.exit(0)
    os.execv(REAL, ['ping'] + sys.argv[1:])

main()
