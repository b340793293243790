import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ipOf } from '../../src/protocol/address.ts';
import { SECOND, recordedPeer, type RecordedPeer } from '../recorded-peer.ts';
import { at, type RecordedConnection } from '../recording-host.ts';
import { cutAt, cuts, utf8 } from '../pieces.ts';

const CALLER = at('10.9.9.9:40000');
const GRACE = SECOND;

function world(limits: Parameters<typeof recordedPeer>[0] = {}): RecordedPeer {
  const recorded = recordedPeer(limits);
  recorded.host.files.set('cat.png', utf8('the cat'));
  recorded.host.files.set('dog.png', utf8('the dog'));
  return recorded;
}

function ask(recorded: RecordedPeer, ...pieces: (string | Uint8Array)[]): RecordedConnection {
  const caller = recorded.host.accept(CALLER);
  for (const piece of pieces) caller.receive(piece);
  return caller;
}

describe('a request in one segment', () => {
  test.each([
    ['HELLO', 'PEERS: '],
    ['REQ: cat.png', 'RES: the cat'],
    ['REQ: cow.png', 'ERR: not_found'],
    ['REQ: cat.png\n', 'RES: the cat'],
    ['REQ: cat.png\0rubbish', 'RES: the cat'],
  ])('%j is answered at once, without an alarm', (request, answer) => {
    const caller = ask(world(), request);
    expect(caller.text).toBe(answer);
    expect(caller.isEnded).toBe(true);
  });

  test('the head of an image is one write', () => {
    expect(ask(world(), 'REQ: cat.png').sent).toEqual(['RES: ', 'the cat']);
  });

  test.each(['HELLO2 x', 'GET / HTTP/1.1', 'REQ:cat.png', '\n', '\0'])(
    '%j is closed on without a word',
    (request) => {
      const recorded = world();
      const caller = ask(recorded, request);
      expect(caller.text).toBe('');
      expect(caller.isEnded).toBe(true);
      expect(recorded.log).toContain('request-unknown');
    },
  );

  test('one that is too long is closed on, whatever else comes', () => {
    const recorded = world();
    const caller = ask(recorded, `REQ: ${'x'.repeat(600)}`, 'y'.repeat(100_000));
    expect(caller.text).toBe('');
    expect(caller.isEnded).toBe(true);
    expect(recorded.log).toContain('request-too-long');
    expect(recorded.log).not.toContain('request-unknown');
  });

  test.each(['../etc/passwd', 'a/b', '.', '..', 'con.png', 'x'.repeat(300), 'a\u0085'])(
    'the bad name %j is refused',
    (name) => {
      const recorded = world();
      expect(ask(recorded, `REQ: ${name}\n`).text).toBe('ERR: bad_name');
      expect(recorded.log).toContain('bad-name');
      expect(recorded.host.opened).toEqual([]);
    },
  );

  test('an empty name is refused as soon as nothing can follow it, or after the grace', () => {
    const recorded = world();
    expect(ask(recorded, 'REQ: \n').text).toBe('ERR: bad_name');
    const caller = ask(recorded, 'REQ: ');
    expect(caller.text).toBe('');
    recorded.host.pass(GRACE);
    expect(caller.text).toBe('ERR: bad_name');
  });

  test('an image that cannot be read is denied as such', () => {
    const recorded = world();
    recorded.host.isUnreadable = true;
    expect(ask(recorded, 'REQ: cat.png').text).toBe('ERR: unreadable');
  });
});

describe('a request in pieces', () => {
  test('gets the same answer under any split', () => {
    const request = fc.constantFrom(
      'REQ: cat.png',
      'REQ: cat',
      'REQ: c',
      'REQ: dog.png\r\n',
      'REQ: ../x\n',
      'HELLO\n',
      'HELLO 9002\n',
      'REQ: é.png',
      'NONSENSE',
    );
    fc.assert(
      fc.property(request, cuts, fc.boolean(), (text, places, isEnded) => {
        const answers = [[], places].map((splitAt) => {
          const recorded = world();
          recorded.host.files.set('cat', utf8('the short one'));
          recorded.host.files.set('é.png', utf8('the accent'));
          const caller = ask(recorded, ...cutAt(utf8(text), splitAt));
          if (isEnded) caller.receiveEnd();
          recorded.host.pass(SECOND);
          return caller.text;
        });
        expect(answers[1]).toBe(answers[0]);
        if (text !== 'NONSENSE') expect(answers[0]).not.toBe('');
      }),
      { numRuns: 300 },
    );
  });

  test('the beginning of another name waits for the grace, and no longer', () => {
    const recorded = world();
    recorded.host.files.set('cat', utf8('the short one'));
    const caller = ask(recorded, 'REQ: cat');
    recorded.host.pass(GRACE - 1);
    expect(caller.text).toBe('');
    recorded.host.pass(1);
    expect(caller.text).toBe('RES: the short one');
  });

  test('the beginning of another name is answered at once when the caller has ended', () => {
    const recorded = world();
    recorded.host.files.set('cat', utf8('the short one'));
    const caller = ask(recorded, 'REQ: cat');
    caller.receiveEnd();
    expect(caller.text).toBe('RES: the short one');
  });

  test('the rest of the name that comes within the grace is the name', () => {
    const recorded = world();
    const caller = ask(recorded, 'REQ: cat');
    recorded.host.pass(GRACE / 2);
    caller.receive('.png');
    expect(caller.text).toBe('RES: the cat');
  });

  test('an announcement that comes late is understood', () => {
    const recorded = world();
    recorded.peer.start({ starts: [], announcePort: 0 });
    const caller = ask(recorded, 'HELLO');
    expect(caller.text).toBe('PEERS: ');
    caller.receive(' 90');
    caller.receive('02');
    expect(recorded.host.dialled).toEqual([]);
    caller.receiveEnd();
    expect(recorded.host.dialled.map(({ remote }) => remote)).toEqual([at('10.9.9.9:9002')]);
  });

  test('half an announced port is not believed', () => {
    const recorded = world();
    recorded.peer.start({ starts: [], announcePort: 0 });
    const caller = ask(recorded, 'HELLO 900');
    expect(caller.text).toBe('');
    recorded.host.pass(GRACE);
    expect(caller.text).toBe('PEERS: ');
    expect(recorded.host.dialled).toEqual([]);
    caller.receive('2\n');
    expect(recorded.host.dialled.map(({ remote }) => remote)).toEqual([at('10.9.9.9:9002')]);
  });

  test('one that never becomes a request is cut off, however slowly it grows', () => {
    const recorded = world({ requestTimeoutUs: 15 * SECOND });
    recorded.host.files.set('x'.repeat(200), utf8('x'));
    const caller = ask(recorded, 'REQ: ');
    for (let i = 0; i < 200 && !caller.isClosed && caller.text === ''; i++) {
      recorded.host.pass(GRACE - 1);
      if (!caller.isClosed && caller.text === '') caller.receive('x');
    }
    expect(recorded.host.nowUs()).toBeLessThanOrEqual(17 * SECOND);
    const silent = recorded.host.accept(CALLER);
    recorded.host.pass(15 * SECOND);
    expect(silent.destroyed).toBe('timeout');
    expect(recorded.log).toContain('request-timeout');
  });
});

describe('an answer', () => {
  test('that is given leaves the caller two seconds to close', () => {
    const recorded = world();
    const caller = ask(recorded, 'REQ: cat.png');
    expect(recorded.log).toContain('served cat.png 7');
    recorded.host.pass(2 * SECOND - 1);
    expect(caller.destroyed).toBeNull();
    recorded.host.pass(1);
    expect(caller.destroyed).toBe('timeout');
    expect(recorded.peer.servingCount).toBe(0);
  });

  test('to a reader that takes nothing for two minutes is cut off, to a slow one is not', () => {
    const recorded = world();
    const caller = recorded.host.accept(CALLER);
    caller.isSlow = true;
    caller.receive('REQ: cat.png');
    for (let minutes = 0; minutes < 60; minutes += 2) {
      recorded.host.pass(119 * SECOND);
      caller.bytesSent += 120 * 1_024;
      recorded.host.pass(SECOND);
    }
    expect(caller.destroyed).toBeNull();
    recorded.host.pass(120 * SECOND);
    expect(caller.destroyed).toBe('timeout');
    expect(recorded.log).toContain('reply-too-slow');
  });

  test('to a reader that takes a byte now and then is cut off after four minutes', () => {
    const { recorded, caller } = slowReader();
    for (let seconds = 0; seconds < 239; seconds++) {
      recorded.host.pass(SECOND);
      caller.bytesSent += 1;
    }
    expect(caller.destroyed).toBeNull();
    recorded.host.pass(SECOND);
    expect(caller.destroyed).toBe('timeout');
    expect(recorded.log).toContain('reply-too-slow');
  });

  test('to a reader that sleeps for three minutes in four is not cut off', () => {
    const { recorded, caller } = slowReader();
    for (let turn = 0; turn < 10; turn++) {
      // Its system still takes what fits into the window that was open.
      recorded.host.pass(60 * SECOND);
      caller.bytesSent += 1_000;
      recorded.host.pass(110 * SECOND);
      caller.bytesSent += 64 * 1_024 * 70;
      recorded.host.pass(70 * SECOND);
    }
    expect(caller.destroyed).toBeNull();
  });

  test('to a caller that goes on talking meanwhile is cut off', () => {
    const { recorded, caller } = slowReader();
    for (let i = 0; i < 15; i++) caller.receive(new Uint8Array(65_536));
    expect(caller.destroyed).toBeNull();
    caller.receive(new Uint8Array(65_536));
    expect(caller.destroyed).toBe('protocol');
    expect(recorded.log).toContain('too-many-bytes');
  });

  test('that the store never finds is not waited for', () => {
    const recorded = world();
    recorded.host.open = () => {};
    const caller = ask(recorded, 'REQ: cat.png');
    recorded.host.pass(15 * SECOND);
    expect(caller.destroyed).toBe('timeout');
    expect(recorded.log).toContain('lookup-timeout');
  });

  test('to a caller that has gone meanwhile releases the image', () => {
    const recorded = world();
    const caller = recorded.host.accept(CALLER);
    recorded.host.later(() => caller.handler!.onData(utf8('REQ: cat.png')));
    recorded.host.later(() => caller.close('reset'));
    recorded.host.run();
    expect(recorded.peer.servingCount).toBe(0);
    for (const image of recorded.host.opened) expect(image.isReleased).toBe(true);
  });
});

function slowReader(): { recorded: RecordedPeer; caller: RecordedConnection } {
  const recorded = world();
  const caller = recorded.host.accept(CALLER);
  caller.isSlow = true;
  caller.receive('REQ: cat.png');
  return { recorded, caller };
}

describe('connections beyond a limit', () => {
  test('in all are closed unread, and there is room again when one ends', () => {
    const recorded = world({ connections: 2 });
    const first = recorded.host.accept(at('10.0.0.1:1'));
    recorded.host.accept(at('10.0.0.2:1'));
    const third = recorded.host.accept(at('10.0.0.3:1'));
    expect(third.destroyed).toBe('refused');
    expect(recorded.log).toContain('too-many-connections');
    first.close('reset');
    expect(recorded.host.accept(at('10.0.0.4:1')).destroyed).toBeNull();
  });

  test('from one address leave room for the others', () => {
    const recorded = world({ connectionsPerIp: 2 });
    const callers = [1, 2, 3].map((port) => recorded.host.accept(at(`10.0.0.1:${port}`)));
    expect(callers.map(({ destroyed }) => destroyed)).toEqual([null, null, 'refused']);
    expect(recorded.log).toContain('too-many-from-address');
    expect(recorded.host.accept(at('10.0.0.2:1')).destroyed).toBeNull();
    callers[0]!.close('end');
    expect(recorded.host.accept(at('10.0.0.1:9')).destroyed).toBeNull();
  });

  test('of an address that has most of them make room for others, until all have as many', () => {
    const recorded = world({ connections: 8 });
    const greedy = [...Array(8).keys()].map((i) => recorded.host.accept(at(`10.0.0.1:${i + 1}`)));
    const callers: RecordedConnection[] = [];
    for (let i = 1; i <= 6; i++) callers.push(recorded.host.accept(at(`10.0.0.2:${i}`)));
    expect(greedy.filter(({ destroyed }) => destroyed === 'refused')).toHaveLength(4);
    expect(callers.map(({ destroyed }) => destroyed)).toEqual([
      ...[null, null, null, null],
      ...['refused', 'refused'],
    ]);
    expect(recorded.peer.servingCount).toBe(8);
    expect(recorded.log.filter((line) => line === 'crowded-out')).toHaveLength(4);
    expect(recorded.host.accept(at('10.0.0.1:99')).destroyed).toBe('refused');
  });

  test('are not taken from an address that has only one more', () => {
    const recorded = world({ connections: 3 });
    const callers = ['10.0.0.1:1', '10.0.0.1:2', '10.0.0.2:1', '10.0.0.2:2'].map((caller) =>
      recorded.host.accept(at(caller)),
    );
    expect(callers.map(({ destroyed }) => destroyed)).toEqual([null, null, null, 'refused']);
  });

  test('are never taken from a reply', () => {
    const recorded = world({ connections: 4 });
    const readers = [1, 2, 3, 4].map((port) => {
      const reader = recorded.host.accept(at(`10.0.0.1:${port}`));
      reader.isSlow = true;
      reader.receive('REQ: cat.png');
      return reader;
    });
    expect(recorded.host.accept(at('10.0.0.2:1')).destroyed).toBe('refused');
    expect(readers.every(({ destroyed }) => destroyed === null)).toBe(true);
  });

  test('are counted right whoever comes and goes', () => {
    const step = fc.tuple(fc.nat(3), fc.nat(9), fc.boolean());
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const recorded = world({ connections: 6, connectionsPerIp: 4 });
        const open: RecordedConnection[] = [];
        for (const [ip, which, isNew] of steps) {
          if (isNew) open.push(recorded.host.accept(at(`10.0.0.${ip + 1}:${open.length + 1}`)));
          else open[which]?.close('end');
          const held = open.filter(({ isClosed }) => !isClosed);
          expect(recorded.peer.servingCount).toBe(held.length);
          expect(held.length).toBeLessThanOrEqual(6);
          for (let each = 1; each <= 4; each++) {
            const own = held.filter(({ remote }) => ipOf(remote) === ipOf(at(`10.0.0.${each}:1`)));
            expect(own.length).toBeLessThanOrEqual(4);
          }
        }
        // Nobody is there any more, so that anybody can have all that one may have.
        for (const one of open) one.close('end');
        for (let i = 1; i <= 4; i++) {
          expect(recorded.host.accept(at(`10.0.0.1:${i}`)).destroyed).toBeNull();
        }
      }),
    );
  });

  test('a stopped peer lets nobody in and ends what runs', () => {
    const recorded = world();
    const caller = recorded.host.accept(CALLER);
    recorded.peer.stop();
    expect(recorded.host.accept(CALLER).destroyed).toBe('refused');
    caller.receive('REQ: cat.png');
    expect(caller.text).toBe('RES: the cat');
  });

  test('every session ends and is forgotten, whatever the callers do', () => {
    const step = fc.oneof(
      fc.constantFrom('HELLO', 'REQ: cat.png', 'REQ: c', 'at.png', '\n', 'x').map((text) => ({
        text,
      })),
      fc.integer({ min: 0, max: 3 * SECOND }).map((us) => ({ us })),
      fc.constantFrom('end', 'reset').map((how) => ({ how })),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(3), step), { maxLength: 30 }), (steps) => {
        const recorded = world();
        const callers = [1, 2, 3, 4].map((port) => recorded.host.accept(at(`10.0.0.1:${port}`)));
        for (const [who, what] of steps) {
          const caller = callers[who]!;
          if ('us' in what) recorded.host.pass(what.us);
          else if ('text' in what) caller.receive(what.text);
          else if (what.how === 'end') caller.receiveEnd();
          else caller.close('reset');
        }
        recorded.host.pass(60 * SECOND);
        expect(recorded.peer.servingCount).toBe(0);
        expect(callers.every(({ isClosed }) => isClosed)).toBe(true);
        const closed = recorded.log.filter((line) => line.startsWith('closed'));
        expect(closed).toHaveLength(4);
      }),
      { numRuns: 200 },
    );
  });
});
