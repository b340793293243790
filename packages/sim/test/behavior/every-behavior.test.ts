import { describe, expect, test } from 'vitest';
import { BEHAVIORS } from '../../src/behavior/registry.ts';
import { isRight, Mesh, SECOND } from './mesh.ts';

/** What the attempts of ours at each of them come to; none: it is not known, and not asked. */
const OUTCOMES: Readonly<Record<string, readonly string[]>> = {
  'wrong-bytes': ['found'],
  'corrupted-bytes': ['found'],
  'denies-all': ['not-found'],
  'truncated-reply': ['truncated'],
  'empty-reply': ['empty'],
  'reset-reply': ['reset'],
  'endless-reply': ['too-large'],
  'silent-reply': ['timeout'],
  'slow-reply': ['timeout'],
  'never-closing': ['timeout'],
  silent: [],
  'slow-writer': [],
  refuses: [],
  'bogus-peers': ['found'],
  'huge-peers': [],
  'littered-peers': ['found'],
  'malformed-messages': ['empty', 'malformed', 'no-reply'],
  'flood-hello': ['found'],
  'slow-reader': ['found'],
};

/** Those that make others believe what is not so. */
const LIARS = new Set(['wrong-bytes', 'corrupted-bytes']);

test('every behaviour is tried here', () => {
  expect(Object.keys(OUTCOMES)).toEqual(Object.keys(BEHAVIORS));
});

describe.each(Object.keys(BEHAVIORS))('beside a peer with %s', (name) => {
  const behavior = BEHAVIORS[name]!;

  test('requests of ours all end, and bring the right images but for lies', () => {
    const mesh = new Mesh(name);
    const results = mesh.fetchAll(8);
    expect([...mesh.outcomesOfBad(results)].sort()).toEqual(OUTCOMES[name]);
    const wrong = results.filter((result) => !isRight(result));
    for (const { image } of wrong) expect(image?.from).toBe(mesh.badHost.address);
    expect(wrong.length > 0).toBe(LIARS.has(name));
  });

  test('ours know it only when it answers greetings', () => {
    const mesh = new Mesh(name);
    mesh.pass(10 * SECOND);
    expect(mesh.reached.includes(mesh.badHost.address)).toBe(behavior.isReachable);
    const expected = mesh.owners.length + (behavior.isReachable ? 1 : 0);
    expect(new Set(mesh.reached).size).toBe(expected);
  });

  test('nothing is left behind once it has gone', () => {
    const mesh = new Mesh(name);
    mesh.fetchAll(2);
    mesh.world.fates.kill(mesh.badHost);
    // Longer than any patience of ours.
    mesh.pass(150 * SECOND);
    expect(mesh.ours.map((peer) => peer.servingCount)).toEqual([0, 0, 0]);
    expect(mesh.badHost.connections!.size).toBe(0);
    const left = mesh.hosts.flatMap(({ connections }) => [...connections!]);
    expect(left.filter((one) => !one.isClosed && one.remote === mesh.badHost.address)).toEqual([]);
  });

  test('it holds a bounded number of connections, and those for a bounded time', () => {
    const mesh = new Mesh(name);
    for (let i = 0; i < 2_000; i++) mesh.fetch(`${i}.png`);
    let most = 0;
    for (let i = 0; i < 40; i++) {
      mesh.pass(SECOND / 4);
      most = Math.max(most, mesh.badHost.connections!.size);
    }
    expect(most).toBeLessThan(1_024 + 256);
    // What ours still send it are greetings now and then.
    mesh.pass(150 * SECOND);
    expect(mesh.bad.callCount).toBeLessThan(60);
  });
});
