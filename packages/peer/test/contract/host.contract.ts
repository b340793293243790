/**
 * The six rules of the host port (src/core/host.ts) as tests that every host must pass. Written
 * against the port alone: a host on real sockets and a virtual one run the same statements.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type {
  BodyProblem,
  CloseCause,
  Connection,
  ConnectionHandler,
  Host,
  HostHandler,
  ImageOpener,
  KeptImage,
  MissReason,
  ReceivedBody,
  StoredImage,
} from '../../src/core/host.ts';
import type { Address } from '../../src/protocol/address.ts';
import { noise, sha256 } from '../bodies.ts';
import { joined, utf8 } from '../pieces.ts';

/** One host of a `ContractWorld`. */
export interface ContractHost {
  readonly host: Host;
  /** Where it listens. */
  readonly address: Address;
  /** All that its folder holds now, hidden files included. */
  files(): ReadonlyMap<string, Uint8Array>;
  /** Breaks an accepted connection, as a cable that is pulled or a process that is killed. */
  fail(connection: Connection): void;
  /** The exceptions out of handlers that the host has reported; absent when they end the world. */
  readonly bugs?: readonly unknown[];
}

/** Where hosts live that can reach each other. */
export interface ContractWorld {
  /** An address of this world where nobody listens. */
  readonly nobody: Address;
  /** A listening host with its own folder that holds `images`. `handler` is told of accepts and alarms. */
  addHost(images: Record<string, Uint8Array>, handler: HostHandler): Promise<ContractHost>;
  /** Resolves when the condition holds; rejects after 10 s of the world's time. */
  until(condition: () => boolean): Promise<void>;
  close(): Promise<void>;
}

/** Is true while the test is inside a call to the host: no handler may be called then. */
let isCalling = false;
const violations: string[] = [];

function call<T>(act: () => T): T {
  isCalling = true;
  try {
    return act();
  } finally {
    isCalling = false;
  }
}

function called(what: string): void {
  if (isCalling) violations.push(`${what} inside a call`);
}

type Hooks = { -readonly [K in keyof ConnectionHandler]?: ConnectionHandler[K] };

/** Records what a connection's handler is told, and runs the test's own code in it. */
class Recorder implements ConnectionHandler {
  connection!: Connection;
  readonly on: Hooks;
  readonly events: string[] = [];
  readonly pieces: Uint8Array[] = [];
  readonly copies: Uint8Array[] = [];
  cause: CloseCause | null = null;

  constructor(on: Hooks = {}) {
    this.on = on;
  }

  get received(): Uint8Array {
    return joined(this.pieces);
  }

  get isClosed(): boolean {
    return this.cause !== null;
  }

  onOpen(): void {
    this.#note('open');
    this.on.onOpen?.();
  }

  onData(bytes: Uint8Array): void {
    if (this.events.at(-1) !== 'data') this.#note('data');
    else called('data');
    this.pieces.push(bytes);
    // Not `slice`, which for a Buffer is a view.
    this.copies.push(new Uint8Array(bytes));
    this.on.onData?.(bytes);
  }

  onEnd(): void {
    this.#note('end');
    this.on.onEnd?.();
  }

  onDrain(): void {
    this.#note('drain');
    this.on.onDrain?.();
  }

  onImageSent(): void {
    this.#note('image-sent');
    this.on.onImageSent?.();
  }

  onBody(body: ReceivedBody): void {
    this.#note('body');
    this.on.onBody?.(body);
  }

  onBodyFailed(problem: BodyProblem): void {
    this.#note(`body-failed ${problem}`);
    this.on.onBodyFailed?.(problem);
  }

  onClose(cause: CloseCause): void {
    this.#note(`close ${cause}`);
    this.cause = cause;
    this.on.onClose?.(cause);
  }

  #note(event: string): void {
    called(event);
    this.events.push(event);
  }
}

/** Accepts everybody, with the hooks that the test gives. */
class Acceptor implements HostHandler {
  readonly accepted: Recorder[] = [];
  alarms: number[] = [];
  hooks: (recorder: Recorder) => Hooks;
  onAlarmRings: () => void = () => {};

  constructor(hooks: (recorder: Recorder) => Hooks = () => ({})) {
    this.hooks = hooks;
  }

  onAccept(connection: Connection): ConnectionHandler {
    called('accept');
    const recorder = new Recorder();
    recorder.connection = connection;
    Object.assign(recorder.on, this.hooks(recorder));
    this.accepted.push(recorder);
    return recorder;
  }

  onAlarm(): void {
    called('alarm');
    this.onAlarmRings();
  }
}

function dial(host: Host, address: Address, hooks: (recorder: Recorder) => Hooks): Recorder {
  const recorder = new Recorder();
  Object.assign(recorder.on, hooks(recorder));
  recorder.connection = call(() => host.dial(address, recorder));
  return recorder;
}

/** A picture of exactly `length` bytes, as far as its beginning and its end tell. */
function picture(length: number, seed: number): Uint8Array {
  const bytes = noise(length, seed);
  bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  // The noise between is one chunk, which has 12 bytes beside its data.
  new DataView(bytes.buffer).setUint32(8, length - 8 - 12 - 12);
  bytes.set(utf8('IDAT'), 12);
  bytes.set([0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82], length - 12);
  return bytes;
}

const KIB = 1_024;
const MIB = 1_024 * KIB;
const IMAGES: Record<string, Uint8Array> = {
  'small.png': picture(1_000, 1),
  'medium.png': picture(300 * KIB, 2),
  'large.png': picture(2 * MIB + 3, 3),
  'huge.png': picture(5 * MIB + 7, 4),
};
const NAMES = Object.keys(IMAGES);

/** Serves its images: the request is the name alone. */
function serving(hostOf: () => Host): (recorder: Recorder) => Hooks {
  return ({ connection }) => ({
    onData: (bytes) => {
      const opener: ImageOpener = {
        onImage: (image) => {
          called('image');
          call(() => {
            connection.write(utf8('RES: '));
            connection.sendImage(image);
            connection.end();
          });
        },
        onNoImage: () => expect.unreachable('no image'),
      };
      call(() => hostOf().images.open(Buffer.from(bytes).toString(), true, opener));
    },
  });
}

/** Asks for `name` and takes the answer behind its head as a body of at most `maxBytes`. */
function receiving(
  recorder: Recorder,
  name: string,
  maxBytes: number,
  onBody: (body: ReceivedBody) => void,
): Hooks {
  return {
    onOpen: () =>
      call(() => {
        recorder.connection.write(utf8(name));
        recorder.connection.end();
      }),
    onData: () => {
      const head = recorder.received;
      if (head.length <= 5) return;
      call(() => recorder.connection.receiveBody(head.subarray(5), maxBytes));
    },
    onBody,
  };
}

/** Runs the contract. `makeWorld` makes a new, empty world for each test. */
export function hostContract(name: string, makeWorld: () => Promise<ContractWorld>): void {
  describe(`the host contract on ${name}`, () => {
    let world: ContractWorld;
    let server: ContractHost;
    let caller: ContractHost;
    let acceptor: Acceptor;
    let alarms: Acceptor;

    beforeEach(async () => {
      isCalling = false;
      violations.length = 0;
      world = await makeWorld();
      acceptor = new Acceptor();
      alarms = new Acceptor();
      server = await world.addHost(IMAGES, acceptor);
      caller = await world.addHost({}, alarms);
    });

    afterEach(async () => {
      await world.close();
      expect(violations).toEqual([]);
    });

    function onlyAccepted(): Recorder {
      expect(acceptor.accepted).toHaveLength(1);
      return acceptor.accepted[0]!;
    }

    describe('no handler is called from inside a call', () => {
      // What was called is checked after each test, in `violations`; here the calls are all made.
      test('dial, write, end, destroy, open, keep and setAlarm come back at once', async () => {
        let kept: KeptImage | null = null;
        acceptor.hooks = serving(() => server.host);
        const recorder = dial(caller.host, server.address, (own) =>
          receiving(own, 'small.png', MIB, (body) => {
            call(() =>
              caller.host.images.keep(body, 'small.png', {
                onKept: (result) => {
                  called('kept');
                  kept = result;
                },
                onKeepFailed: () => expect.unreachable('keep failed'),
              }),
            );
          }),
        );
        call(() => caller.host.setAlarm(0));
        let rung = 0;
        alarms.onAlarmRings = () => rung++;
        const refused = dial(caller.host, world.nobody, () => ({}));
        const dropped = dial(caller.host, server.address, () => ({}));
        call(() => dropped.connection.destroy('timeout'));
        await world.until(() => kept !== null && rung === 1);
        await world.until(() => recorder.isClosed && refused.isClosed && dropped.isClosed);
        expect(dropped.events).toEqual(['close timeout']);
      });

      test('also not by calls out of an event', async () => {
        const opened: string[] = [];
        acceptor.hooks = ({ connection }) => ({
          onData: () => {
            call(() => connection.write(noise(MIB)));
            call(() =>
              server.host.images.open('none.png', true, {
                onImage: () => expect.unreachable(),
                onNoImage: (reason) => {
                  called('no image');
                  opened.push(reason);
                },
              }),
            );
            call(() => server.host.setAlarm(0));
            call(() => connection.end());
            call(() => connection.destroy('protocol'));
          },
        });
        const recorder = dial(caller.host, server.address, (own) => ({
          onOpen: () => call(() => own.connection.write(utf8('x'))),
          onEnd: () => call(() => own.connection.end()),
        }));
        await world.until(() => recorder.isClosed && opened.length === 1);
        await world.until(() => onlyAccepted().isClosed);
        expect(onlyAccepted().cause).toBe('protocol');
      });
    });

    describe('time', () => {
      test('stands still inside an event and never goes back between events', async () => {
        const seen: number[] = [];
        const look = (): void => {
          const before = caller.host.nowUs();
          sha256(noise(4 * MIB));
          expect(caller.host.nowUs()).toBe(before);
          expect(Number.isInteger(before)).toBe(true);
          seen.push(before);
        };
        acceptor.hooks = ({ connection }) => ({
          onData: () => call(() => connection.write(utf8('pong'))),
          onEnd: () => call(() => connection.end()),
        });
        alarms.onAlarmRings = look;
        let rounds = 0;
        const recorder = dial(caller.host, server.address, (own) => ({
          onOpen: () => {
            look();
            call(() => own.connection.write(utf8('ping')));
          },
          onData: () => {
            look();
            if (++rounds < 5) call(() => own.connection.write(utf8('ping')));
            else call(() => own.connection.end());
            call(() => caller.host.setAlarm(caller.host.nowUs() + 1));
          },
          onClose: look,
        }));
        await world.until(() => recorder.isClosed);
        expect(seen).toEqual(seen.toSorted((a, b) => a - b));
        expect(seen.length).toBeGreaterThan(6);
      });

      test('an alarm rings once and not early', async () => {
        const rings: number[] = [];
        alarms.onAlarmRings = () => rings.push(caller.host.nowUs());
        const dueUs = caller.host.nowUs() + 20_500;
        call(() => caller.host.setAlarm(dueUs));
        await world.until(() => caller.host.nowUs() > dueUs + 30_000);
        expect(rings).toHaveLength(1);
        expect(rings[0]).toBeGreaterThanOrEqual(dueUs);
      });

      test('an alarm replaces the one before, earlier or later, and Infinity disarms', async () => {
        const rings: number[] = [];
        alarms.onAlarmRings = () => rings.push(caller.host.nowUs());
        const startUs = caller.host.nowUs();
        call(() => caller.host.setAlarm(startUs + 10_000));
        call(() => caller.host.setAlarm(startUs + 60_000));
        await world.until(() => rings.length === 1);
        expect(rings[0]).toBeGreaterThanOrEqual(startUs + 60_000);
        const againUs = caller.host.nowUs();
        call(() => caller.host.setAlarm(againUs + 3_600_000_000));
        call(() => caller.host.setAlarm(againUs + 10_000));
        await world.until(() => rings.length === 2);
        const thirdUs = caller.host.nowUs();
        call(() => caller.host.setAlarm(thirdUs + 5_000));
        call(() => caller.host.setAlarm(Infinity));
        await world.until(() => caller.host.nowUs() > thirdUs + 30_000);
        expect(rings).toHaveLength(2);
      });

      test('an alarm in the past rings, and may set itself again', async () => {
        let rings = 0;
        alarms.onAlarmRings = () => {
          rings++;
          if (rings < 3) call(() => caller.host.setAlarm(caller.host.nowUs() - 1_000_000));
        };
        call(() => caller.host.setAlarm(-1));
        await world.until(() => rings === 3);
      });
    });

    describe('bytes', () => {
      test('arrive in order, both ways at once, whatever the writes', async () => {
        const there = Array.from({ length: 300 }, (_, i) => noise(1 + ((i * 7_919) % 3_000), i));
        const back = Array.from({ length: 300 }, (_, i) => noise(1 + ((i * 104_729) % 5_000), -i));
        let isAnswered = false;
        acceptor.hooks = (own) => ({
          onData: () => {
            if (isAnswered) return;
            isAnswered = true;
            for (const piece of back) call(() => own.connection.write(piece));
            call(() => own.connection.end());
          },
        });
        const recorder = dial(caller.host, server.address, (own) => ({
          onOpen: () => {
            for (const piece of there) call(() => own.connection.write(piece));
            call(() => own.connection.end());
          },
        }));
        await world.until(() => recorder.isClosed && onlyAccepted().isClosed);
        expect(sha256(onlyAccepted().received)).toBe(sha256(joined(there)));
        expect(sha256(recorder.received)).toBe(sha256(joined(back)));
        expect([recorder.cause, onlyAccepted().cause]).toEqual(['end', 'end']);
        expect(recorder.connection.bytesReceived).toBe(joined(back).length);
        // What has crossed the port has stayed as it was.
        for (const { pieces, copies } of [recorder, onlyAccepted()]) {
          for (const [i, piece] of pieces.entries()) {
            expect(Buffer.compare(piece, copies[i]!)).toBe(0);
          }
        }
      });

      test('small writes of one event arrive together', async () => {
        acceptor.hooks = ({ connection }) => ({ onEnd: () => call(() => connection.end()) });
        const recorder = dial(caller.host, server.address, (own) => ({
          onOpen: () => {
            call(() => own.connection.write(utf8('REQ: ')));
            call(() => own.connection.write(utf8('cat.png')));
            call(() => own.connection.end());
          },
        }));
        await world.until(() => recorder.isClosed);
        expect(onlyAccepted().pieces.map((piece) => Buffer.from(piece).toString())).toEqual([
          'REQ: cat.png',
        ]);
      });

      test('above the high-water mark write says so, and onDrain follows', async () => {
        const piece = noise(64 * KIB);
        let sent = 0;
        let drains = 0;
        const fill = (connection: Connection): void => {
          for (let i = 0; i < 1_000; i++) {
            sent += piece.length;
            if (!call(() => connection.write(piece))) return;
          }
          expect.unreachable('no end to what is queued');
        };
        acceptor.hooks = ({ connection }) => ({ onEnd: () => call(() => connection.end()) });
        const recorder = dial(caller.host, server.address, (own) => ({
          onOpen: () => fill(own.connection),
          onDrain: () => {
            if (++drains < 5) fill(own.connection);
            else call(() => own.connection.end());
          },
        }));
        await world.until(() => recorder.isClosed);
        expect(drains).toBe(5);
        expect(onlyAccepted().received.length).toBe(sent);
        expect(recorder.connection.bytesSent).toBe(sent);
      });

      test('go on in one direction after the other has ended', async () => {
        acceptor.hooks = (own) => ({
          onEnd: () => {
            expect(Buffer.from(own.received).toString()).toBe('question');
            call(() => own.connection.write(utf8('answer')));
            call(() => own.connection.end());
          },
        });
        const recorder = dial(caller.host, server.address, (own) => ({
          onOpen: () => {
            call(() => own.connection.write(utf8('question')));
            call(() => own.connection.end());
          },
        }));
        await world.until(() => recorder.isClosed && onlyAccepted().isClosed);
        expect(recorder.events).toEqual(['open', 'data', 'end', 'close end']);
        expect(onlyAccepted().events).toEqual(['data', 'end', 'close end']);
        expect(Buffer.from(recorder.received).toString()).toBe('answer');
      });

      test('go on towards the caller that has not ended', async () => {
        acceptor.hooks = ({ connection }) => ({
          onData: () => {
            call(() => connection.write(utf8('answer')));
            call(() => connection.end());
          },
        });
        const recorder = dial(caller.host, server.address, (own) => ({
          onOpen: () => call(() => own.connection.write(utf8('question'))),
          onEnd: () => {
            call(() => own.connection.write(utf8(' more')));
            call(() => own.connection.end());
          },
        }));
        await world.until(() => recorder.isClosed && onlyAccepted().isClosed);
        expect(Buffer.from(onlyAccepted().received).toString()).toBe('question more');
      });
    });

    describe('a connection closes once and last', () => {
      test('as refused where nobody listens', async () => {
        const recorder = dial(caller.host, world.nobody, () => ({}));
        await world.until(() => recorder.isClosed);
        expect(recorder.events).toEqual(['close refused']);
      });

      test('as reset when the other side breaks', async () => {
        acceptor.hooks = ({ connection }) => ({ onData: () => server.fail(connection) });
        const recorder = dial(caller.host, server.address, (own) => ({
          onOpen: () => call(() => own.connection.write(utf8('x'))),
        }));
        await world.until(() => recorder.isClosed);
        expect(recorder.events).toEqual(['open', 'close reset']);
      });

      test.each(['reset', 'timeout', 'protocol', 'refused'] as const)(
        'as %s when we say so, and the other side hears of it',
        async (cause) => {
          acceptor.hooks = ({ connection }) => ({ onEnd: () => call(() => connection.end()) });
          const recorder = dial(caller.host, server.address, (own) => ({
            onOpen: () => {
              call(() => own.connection.write(utf8('x')));
              call(() => own.connection.destroy(cause));
              call(() => own.connection.destroy('end'));
              call(() => own.connection.write(utf8('y')));
              call(() => own.connection.end());
            },
          }));
          await world.until(
            () => recorder.isClosed && acceptor.accepted.every((one) => one.isClosed),
          );
          expect(recorder.events).toEqual(['open', `close ${cause}`]);
        },
      );

      test('whoever ends first, in a crowd', async () => {
        const recorders = Array.from({ length: 40 }, (_, i) =>
          dial(caller.host, i % 8 === 7 ? world.nobody : server.address, (own) => ({
            onOpen: () => {
              call(() => own.connection.write(noise(1 + i * 1_000, i)));
              if (i % 4 === 0) call(() => own.connection.destroy('timeout'));
              else call(() => own.connection.end());
            },
          })),
        );
        acceptor.hooks = ({ connection }) => ({
          onData: () => call(() => connection.write(utf8('so what'))),
          onEnd: () => call(() => connection.end()),
        });
        await world.until(() => recorders.every(({ isClosed }) => isClosed));
        await world.until(() => acceptor.accepted.every(({ isClosed }) => isClosed));
        for (const { events } of [...recorders, ...acceptor.accepted]) {
          expect(events.filter((event) => event.startsWith('close'))).toHaveLength(1);
          expect(events.at(-1)).toMatch(/^close/);
        }
      });
    });

    describe('sendImage', () => {
      test.each(NAMES)('brings %s byte for byte behind what was written', async (file) => {
        acceptor.hooks = serving(() => server.host);
        const recorder = dial(caller.host, server.address, (own) => ({
          onOpen: () => call(() => own.connection.write(utf8(file))),
          onEnd: () => call(() => own.connection.end()),
        }));
        await world.until(() => recorder.isClosed && onlyAccepted().isClosed);
        const expected = joined([utf8('RES: '), IMAGES[file]!]);
        expect(recorder.received.length).toBe(expected.length);
        expect(sha256(recorder.received)).toBe(sha256(expected));
        expect(recorder.pieces[0]!.length).toBeGreaterThanOrEqual(6);
        const events = onlyAccepted().events.filter((event) => event !== 'drain');
        expect(events).toEqual(['data', 'image-sent', 'end', 'close end']);
        expect(onlyAccepted().connection.bytesSent).toBe(expected.length);
      });

      test.each(['small.png', 'huge.png'])('of %s leaves the connection open', async (file) => {
        acceptor.hooks = ({ connection }) => ({
          onData: () =>
            call(() =>
              server.host.images.open(file, true, {
                onImage: (image) => call(() => connection.sendImage(image)),
                onNoImage: () => expect.unreachable(),
              }),
            ),
          onImageSent: () => {
            call(() => connection.write(utf8('tail')));
            call(() => connection.end());
          },
        });
        const recorder = dial(caller.host, server.address, (own) => ({
          onOpen: () => call(() => own.connection.write(utf8('x'))),
          onEnd: () => call(() => own.connection.end()),
        }));
        await world.until(() => recorder.isClosed);
        expect(sha256(recorder.received)).toBe(sha256(joined([IMAGES[file]!, utf8('tail')])));
      });

      test('many at once do not mix', async () => {
        acceptor.hooks = serving(() => server.host);
        const wanted = Array.from({ length: 24 }, (_, i) => NAMES[i % NAMES.length]!);
        const recorders = wanted.map((file) =>
          dial(caller.host, server.address, (own) => ({
            onOpen: () => call(() => own.connection.write(utf8(file))),
            onEnd: () => call(() => own.connection.end()),
          })),
        );
        await world.until(() => recorders.every(({ isClosed }) => isClosed));
        for (const [i, file] of wanted.entries()) {
          const { received } = recorders[i]!;
          expect(sha256(received.subarray(5))).toBe(sha256(IMAGES[file]!));
        }
      });

      test('that is broken off by us is never taken for the whole', async () => {
        let sender: Recorder | null = null;
        acceptor.hooks = (own) => {
          sender = own;
          return serving(() => server.host)(own);
        };
        const bodies: ReceivedBody[] = [];
        let isCut = false;
        const recorder = dial(caller.host, server.address, (own) => {
          const hooks = receiving(own, 'huge.png', 10 * MIB, (body) => bodies.push(body));
          const onData = hooks.onData!;
          hooks.onData = (bytes) => {
            onData(bytes);
            if (isCut) return;
            isCut = true;
            if (!sender!.events.includes('image-sent')) {
              call(() => sender!.connection.destroy('timeout'));
            }
          };
          return hooks;
        });
        await world.until(() => recorder.isClosed);
        if (sender!.events.includes('image-sent')) return;
        expect(bodies).toEqual([]);
        expect(recorder.cause).toBe('reset');
        await world.until(() => caller.files().size === 0);
      });
    });

    describe('receiveBody', () => {
      test.each(NAMES)('takes %s in, with its digest', async (file) => {
        acceptor.hooks = serving(() => server.host);
        const bodies: ReceivedBody[] = [];
        const recorder = dial(caller.host, server.address, (own) =>
          receiving(own, file, IMAGES[file]!.length, (body) => bodies.push(body)),
        );
        await world.until(() => recorder.isClosed);
        expect(bodies).toHaveLength(1);
        expect(bodies[0]).toMatchObject({
          sizeBytes: IMAGES[file]!.length,
          sha256: sha256(IMAGES[file]!),
          picture: { format: 'png', completeness: 'whole' },
        });
        expect(recorder.events.slice(-2)).toEqual(['body', 'close end']);
        call(() => caller.host.images.discard(bodies[0]!));
        await world.until(() => caller.files().size === 0);
      });

      test.each([
        ['small.png', 1],
        ['medium.png', 1],
        ['huge.png', 1],
        ['huge.png', 4 * MIB + 1],
        ['huge.png', 5 * MIB],
      ])('refuses %s when it is %d bytes too large', async (file, excess) => {
        acceptor.hooks = serving(() => server.host);
        const recorder = dial(caller.host, server.address, (own) =>
          receiving(own, file, IMAGES[file]!.length - excess, () => expect.unreachable('a body')),
        );
        await world.until(() => recorder.isClosed && caller.files().size === 0);
        const failures = recorder.events.filter((event) => event.startsWith('body'));
        expect(failures).toEqual(['body-failed too-large']);
        expect(recorder.events.at(-1)).toMatch(/^close/);
      });

      test.each([1_000, 3 * MIB])('drops a body that breaks after %d bytes', async (length) => {
        acceptor.hooks = ({ connection }) => ({
          onData: () => void call(() => connection.write(noise(5 + length))),
        });
        const recorder = dial(caller.host, server.address, (own) =>
          receiving(own, 'x', 10 * MIB, () => expect.unreachable('a body')),
        );
        await world.until(() => recorder.connection.bytesReceived === 5 + length);
        server.fail(onlyAccepted().connection);
        await world.until(() => recorder.isClosed && caller.files().size === 0);
        expect(recorder.events.filter((event) => event.startsWith('body'))).toEqual([]);
        expect(recorder.cause).toBe('reset');
      });

      test('drops a body that we break off ourselves', async () => {
        acceptor.hooks = ({ connection }) => ({
          onData: () => void call(() => connection.write(noise(3 * MIB))),
          onEnd: () => {},
        });
        const recorder = dial(caller.host, server.address, (own) =>
          receiving(own, 'x', 10 * MIB, () => expect.unreachable('a body')),
        );
        await world.until(() => recorder.connection.bytesReceived > 1 * MIB);
        call(() => recorder.connection.destroy('timeout'));
        await world.until(() => recorder.isClosed && caller.files().size === 0);
        expect(recorder.events.at(-1)).toBe('close timeout');
        expect(recorder.events.filter((event) => event.startsWith('body'))).toEqual([]);
      });
    });

    describe('the store', () => {
      async function fetchAndKeep(file: string, asName: string): Promise<KeptImage> {
        acceptor.hooks = serving(() => server.host);
        const kept: KeptImage[] = [];
        dial(caller.host, server.address, (own) =>
          receiving(own, file, 10 * MIB, (body) =>
            call(() =>
              caller.host.images.keep(body, asName, {
                onKept: (result) => kept.push(result),
                onKeepFailed: () => expect.unreachable('keep failed'),
              }),
            ),
          ),
        );
        await world.until(() => kept.length === 1);
        return kept[0]!;
      }

      test('keeps under a new name, once, and gives other bytes a number', async () => {
        const first = { savedAs: 'received_cat.png', wasThere: false };
        expect(await fetchAndKeep('small.png', 'cat.png')).toEqual(first);
        expect(await fetchAndKeep('small.png', 'cat.png')).toEqual({ ...first, wasThere: true });
        const second = { savedAs: 'received_cat (2).png', wasThere: false };
        expect(await fetchAndKeep('large.png', 'cat.png')).toEqual(second);
        expect(await fetchAndKeep('large.png', 'cat.png')).toEqual({ ...second, wasThere: true });
        await world.until(() => caller.files().size === 2);
        const files = caller.files();
        expect(sha256(files.get('received_cat.png')!)).toBe(sha256(IMAGES['small.png']!));
        expect(sha256(files.get('received_cat (2).png')!)).toBe(sha256(IMAGES['large.png']!));
      });

      test('serves what it has kept', async () => {
        await fetchAndKeep('large.png', 'cat.png');
        const images: StoredImage[] = [];
        call(() =>
          caller.host.images.open('received_cat.png', true, {
            onImage: (image) => images.push(image),
            onNoImage: () => expect.unreachable(),
          }),
        );
        await world.until(() => images.length === 1);
        expect(images[0]!.sizeBytes).toBe(IMAGES['large.png']!.length);
        images[0]!.release();
      });

      test.each([
        ['none.png', true, 'not-found'],
        ['small', true, 'not-found'],
        ['small', false, 'ambiguous'],
        ['s', false, 'ambiguous'],
        ['x', false, 'not-found'],
        ['small.png', false, 'image'],
        ['small.png', true, 'image'],
      ] as const)('opening %j (whole: %j) gives: %s', async (file, isComplete, expected) => {
        const results: (MissReason | 'image')[] = [];
        const opener: ImageOpener = {
          onImage: (image) => {
            called('image');
            expect(image.sizeBytes).toBe(IMAGES[file]!.length);
            image.release();
            results.push('image');
          },
          onNoImage: (reason) => {
            called('no image');
            results.push(reason);
          },
        };
        call(() => server.host.images.open(file, isComplete, opener));
        await world.until(() => results.length > 0);
        expect(results).toEqual([expected]);
      });
    });

    describe('an exception out of a handler', () => {
      test('is reported and closes that connection alone', async (context) => {
        if (server.bugs === undefined) return context.skip('here it ends the world');
        const bug = new Error('thrown by the test');
        acceptor.hooks = ({ connection }) => ({
          onData: (bytes) => {
            if (bytes[0] === 'b'.charCodeAt(0)) throw bug;
            call(() => connection.write(utf8('fine')));
            call(() => connection.end());
          },
        });
        const [bad, good] = ['bad', 'good'].map((text) =>
          dial(caller.host, server.address, (own) => ({
            onOpen: () => call(() => own.connection.write(utf8(text))),
            onEnd: () => call(() => own.connection.end()),
          })),
        ) as [Recorder, Recorder];
        await world.until(() => bad.isClosed && good.isClosed);
        await world.until(() => acceptor.accepted.every(({ isClosed }) => isClosed));
        expect(server.bugs).toEqual([bug]);
        expect(bad.received.length).toBe(0);
        expect(Buffer.from(good.received).toString()).toBe('fine');
        expect(acceptor.accepted.map(({ cause }) => cause).sort()).toEqual(['end', 'protocol']);
      });

      test('while accepting closes that connection', async (context) => {
        if (server.bugs === undefined) return context.skip('here it ends the world');
        acceptor.hooks = () => {
          throw new Error('thrown by the test');
        };
        const recorder = dial(caller.host, server.address, (own) => ({
          onEnd: () => call(() => own.connection.end()),
        }));
        await world.until(() => recorder.isClosed);
        expect(server.bugs).toHaveLength(1);
      });
    });
  });
}
