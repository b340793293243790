#!/usr/bin/env python3
"""A plain peer: the reference "peer that is not ours" for the tests.

It speaks the plain protocol as the original C++ program does, defects included, so
that a test can show that our peer works with such a peer and never crashes or hangs
it. Only for a lab: it serves any file that its user can read. POSIX systems only.

Quirks, all on purpose. As a server:
  * one recv(4096) per request: a request split over two segments is dropped;
  * no terminator: HELLO is exactly 5 bytes, a newline belongs to the file name;
  * a NUL cuts the request (so HELLO, NUL and anything is a HELLO);
  * unknown verbs get an empty close, a miss gets `ERR: File not found`;
  * a hit is `RES: ` and 4096-byte sends, then close: no length, no end mark;
  * a reader that closes early kills the whole process (SIGPIPE);
  * an empty name, `.` or a folder gets `RES: ` and is then never closed;
  * `../` is followed and any file is served;
  * PEERS leaves out every entry with our own port number, whatever its host;
  * no HELLO is answered during our own greeting round: two may wait for ever;
  * no SO_REUSEADDR; a failed bind is ignored (only with --ignore-bind-errors).
As a client:
  * greets each known peer once, at the start, in turn, without any time limit;
  * skips every address with its own port number;
  * reads the PEERS reply once; `PEERS:` alone, an empty entry (double space), no
    digits after the first `:` or a number beyond 32 bits aborts the process;
  * ignores what follows a port's digits, takes ports modulo 65536, an entry without
    `:` is its own port, a host that is no IPv4 number is 0.0.0.0;
  * asks peer after peer, stops at the first `RES: `, whole in the first recv(5);
  * saves to images/received_<name>, overwriting; a reset and a failed open are success;
  * at the end of its input asks for the last word (or an empty name) without pause
    (only with --flood-at-eof; by default it stops asking and keeps serving).
"""

import argparse
import contextlib
import os
import re
import signal
import socket
import sys
import threading
import time

BUFFER_SIZE = 4096
IMAGE_FOLDER = "images/"
BUILT_IN_PEERS = "127.0.0.1:9001,127.0.0.1:9002,127.0.0.1:9003,127.0.0.1:9004"
PROMPT = "Enter image name to request (or 'quit' to exit): "
# Text from the wire or the prompt is held as Latin-1: one character per byte, like
# the byte strings of the original. Names, order and log come out byte for byte.
BYTES = "latin-1"

output_lock = threading.Lock()


def say(text, end="\n", file=None):
    with output_lock:
        print(text, end=end, file=file, flush=True)


def complain(text):
    say(text, file=sys.stderr)


def abort(reason):
    """End like an uncaught C++ exception: a line on stderr, then SIGABRT."""
    complain("plain-peer: terminate: " + reason)
    os.abort()


def stoi(text):
    """C++ std::stoi: blanks, sign, digits; the rest is ignored."""
    match = re.match(r"[ \t\n\v\f\r]*([+-]?[0-9]+)", text)
    if not match:
        abort("std::invalid_argument: stoi")
    value = int(match.group(1))
    if not -(2**31) <= value < 2**31:
        abort("std::out_of_range: stoi")
    return value


def c_string(data):
    """What a C string sees of these bytes: everything before the first NUL."""
    return data.split(b"\0", 1)[0].decode(BYTES)


def image_path(name):
    """As bytes for the system, cut at a NUL. Not checked: traversal is one of the quirks."""
    return (IMAGE_FOLDER + name).split("\0", 1)[0].encode(BYTES)


def receive(sock, size):
    """One recv. An error looks like the end: the original never checks."""
    with contextlib.suppress(OSError):
        return sock.recv(size)
    return b""


def send(sock, data):
    """One send, errors ignored: a reset is an error first, the next send the fatal SIGPIPE."""
    with contextlib.suppress(OSError):
        sock.send(data)


def parse_peers(reply):
    """Entries of a PEERS reply as (ip, port); aborts where the original does."""
    if len(reply) < 7:
        abort("std::out_of_range: substr(7) of %d bytes" % len(reply))
    rest = reply[7:]
    while rest:  # nothing behind `PEERS: ` and one space at the end are harmless
        entry, _, rest = rest.partition(" ")
        ip, colon, port = entry.partition(":")
        yield ip, stoi(port if colon else entry)


class PlainPeer:
    def __init__(self, port, peers):
        self.port = port
        self.peers = list(peers)
        self.peers_lock = threading.Lock()
        self.tag = "[PEER_NETWORK %d]" % port

    def listen(self, host, ignore_bind_errors):
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:  # no SO_REUSEADDR: connections in TIME_WAIT block the port
            listener.bind((host, self.port % 65536))
        except OSError as error:
            if not ignore_bind_errors:
                sys.exit("plain-peer: cannot listen on %s:%d: %s." % (host, self.port, error.strerror))
            # listen() on an unbound socket takes a random port, and nobody is told.
        listener.listen(5)
        say("%s Server started on port %d" % (self.tag, self.port))
        threading.Thread(target=self.accept_loop, args=(listener,), daemon=True).start()

    def accept_loop(self, listener):
        while True:
            with contextlib.suppress(OSError):  # out of descriptors: the original spins too
                connection, _ = listener.accept()
                threading.Thread(target=self.handle, args=(connection,), daemon=True).start()

    def handle(self, connection):
        with connection:
            # The only read: what has not arrived by now is never seen.
            request = c_string(receive(connection, BUFFER_SIZE))
            if request.startswith("REQ: "):
                self.send_image(connection, request[5:])
            elif request == "HELLO":
                say("%s Received HELLO from peer." % self.tag)
                self.send_peers(connection)

    def send_image(self, connection, name):
        say("%s Searching for file: %s%s" % (self.tag, IMAGE_FOLDER, name))
        try:
            file = open(image_path(name), "rb")
        except IsADirectoryError:
            send(connection, b"RES: ")
            self.never_finish(connection)
        except OSError:
            send(connection, b"ERR: File not found")
            say("%s Requested image '%s' not found." % (self.tag, name))
            return
        with file:
            send(connection, b"RES: ")
            block = None
            while block is None or len(block) == BUFFER_SIZE:  # a full block may be the last
                block = file.read(BUFFER_SIZE)
                send(connection, block)
        say("%s Sent image %s to peer." % (self.tag, name))

    def never_finish(self, connection):
        """The original fails to read a folder, never sees an end of file and sends empty
        blocks at full CPU. Ours sleeps between the rounds to spare the lab. The empty
        send stays: it brings the fatal SIGPIPE when the reader resets the connection."""
        while True:
            send(connection, b"")
            time.sleep(0.05)

    def send_peers(self, connection):
        with self.peers_lock:
            entries = (" %s:%d" % peer for peer in self.peers if peer[1] != self.port)
            send(connection, ("PEERS:" + "".join(entries)).encode(BYTES))

    def connections(self):
        """Known peers that accept, in turn. No time limit: a silent host blocks us."""
        for ip, port in self.peers:
            if port == self.port:
                continue
            try:
                socket.inet_pton(socket.AF_INET, ip)
            except (OSError, ValueError):
                ip = "0.0.0.0"  # the address stays zeroed, which reaches this machine
            with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as sock:
                if sock.connect_ex((ip, port % 65536)) == 0:
                    yield sock

    def greet_all(self):
        # The lock is held over the whole round, so our own HELLO replies wait for it.
        with self.peers_lock:
            discovered = set()
            for sock in self.connections():
                send(sock, b"HELLO")
                reply = c_string(receive(sock, BUFFER_SIZE))
                if reply.startswith("PEERS:"):
                    discovered.update(parse_peers(reply))
            # The original keeps a std::set: sorted by the bytes of the host, then by port.
            self.peers += [peer for peer in sorted(discovered) if peer not in self.peers]

    def request_image(self, name):
        for sock in self.connections():
            if self.request_from(sock, name):
                return
        say("%s - ERROR: Image '%s' not found on any peer." % (self.tag, name))

    def request_from(self, sock, name):
        send(sock, ("REQ: " + name).encode(BYTES))
        start = c_string(receive(sock, 5))  # once: a shorter first segment is "invalid"
        if start == "RES: ":
            self.save(sock, name)
            return True
        refused = start == "ERR: "
        problem = "Peer responded with error" if refused else "Invalid response from peer on 'REQ'"
        complain("%s - ERROR: %s: %s" % (self.tag, problem, start))
        return False

    def save(self, sock, name):
        try:
            file = open(image_path("received_" + name), "wb")
        except OSError:
            file = open(os.devnull, "wb")  # like the original, which never checks
        with file:
            for block in iter(lambda: receive(sock, BUFFER_SIZE), b""):
                file.write(block)
        where = IMAGE_FOLDER + "received_" + name
        say("%s - SUCCESS: Image '%s' received and saved to '%s'." % (self.tag, name, where))

    def prompt_loop(self, flood_at_eof):
        name = ""
        words = read_words()
        while True:
            say(PROMPT, end="")
            word = next(words, None)
            if word is None and not flood_at_eof:
                say("")  # ends the prompt's line
                threading.Event().wait()  # keep serving until we are ended from outside
            # At the end `cin >>` leaves the variable alone: the last word, again and again.
            name = name if word is None else word
            if name == "quit":
                return
            self.request_image(name)


def read_words():
    """Words of standard input as `cin >>` sees them: white space or the end ends one."""
    pending = b""
    for chunk in iter(lambda: os.read(0, BUFFER_SIZE), b""):
        *complete, pending = re.split(rb"[ \t\n\v\f\r]+", pending + chunk)
        yield from (word.decode(BYTES) for word in complete if word)
    if pending:
        yield pending.decode(BYTES)


def parse_arguments():
    parser = argparse.ArgumentParser(description="A plain peer, quirks included, for tests.")
    parser.add_argument("port", metavar="PORT")
    parser.add_argument("--peers", metavar="HOST:PORT,...", default=BUILT_IN_PEERS)
    parser.add_argument("--host", metavar="ADDR", default="0.0.0.0")
    parser.add_argument("--flood-at-eof", action="store_true")
    parser.add_argument("--ignore-bind-errors", action="store_true")
    arguments = parser.parse_args()
    if not re.fullmatch("[0-9]+", arguments.port):
        complain("[MAIN] Invalid port number: " + arguments.port)
        sys.exit(1)
    peers = []
    for entry in filter(None, arguments.peers.split(",")):
        host, _, port = entry.rpartition(":")
        try:  # a plain peer knows only IPv4 numbers; names are a convenience of the lab
            peers.append((socket.gethostbyname(host), int(port)))
        except (OSError, ValueError) as error:
            parser.error("--peers: %r is not HOST:PORT: %s" % (entry, error))
    return arguments, peers


def main():
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding=BYTES, errors="backslashreplace", newline="\n")
    for number in (signal.SIGPIPE, signal.SIGINT):  # Python ignores the first; the original dies
        signal.signal(number, signal.SIG_DFL)
    arguments, peers = parse_arguments()
    peer = PlainPeer(stoi(arguments.port), peers)
    peer.listen(arguments.host, arguments.ignore_bind_errors)
    # The original sleeps a second here until its server thread listens; ours has the
    # listening socket open before the first line is printed.
    say("[MAIN] Peer network started on port %d" % peer.port)
    say("[MAIN] Sending hello message and receiving peers...")
    peer.greet_all()
    peer.prompt_loop(arguments.flood_at_eof)


if __name__ == "__main__":
    main()
