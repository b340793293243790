import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { LoopTurns } from '../../src/transport/loop-turns.ts';

/** Lets the event loop go round once. */
function round(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function entering(turns: LoopTurns): { enter(name: string): void; readonly answered: string[] } {
  const answered: string[] = [];
  return {
    enter: (name) => turns.enter(name.charCodeAt(0), () => answered.push(name)),
    answered,
  };
}

describe('turns of the event loop', () => {
  test('come at once where few are there', () => {
    const { enter, answered } = entering(new LoopTurns(1, () => false));
    for (const name of ['a1', 'a2', 'a3']) enter(name);
    expect(answered).toEqual(['a1', 'a2', 'a3']);
  });

  test('are so many a round in a crowd, one address after the other', async () => {
    const { enter, answered } = entering(new LoopTurns(2, () => true));
    for (const name of ['a1', 'a2', 'a3', 'a4', 'b1']) enter(name);
    expect(answered).toEqual([]);
    await round();
    expect(answered).toEqual(['a1', 'b1']);
    await round();
    await round();
    expect(answered).toEqual(['a1', 'b1', 'a2', 'a3', 'a4']);
  });

  test('wait for callers that are still coming in, who are then not behind', async () => {
    const turns = new LoopTurns(2, () => true);
    const { enter, answered } = entering(turns);
    for (let i = 0; i < 30; i++) {
      turns.accepted();
      enter(`a${i}`);
      await round();
    }
    expect(answered).toEqual([]);
    turns.accepted();
    enter('polite');
    await round();
    await round();
    expect(answered).toContain('polite');
    expect(answered.length).toBeLessThanOrEqual(2);
  });

  test('come also when callers never stop to come', async () => {
    const turns = new LoopTurns(2, () => true);
    const { enter, answered } = entering(turns);
    for (let i = 0; i < 10; i++) enter(`a${i}`);
    let rounds = 0;
    for (; answered.length < 10; rounds++) {
      turns.accepted();
      await round();
    }
    expect(rounds).toBeLessThanOrEqual(5 * 66);
  });

  test('go on at once where the crowd has gone, behind those that wait', async () => {
    let isCrowded = true;
    const { enter, answered } = entering(new LoopTurns(1, () => isCrowded));
    enter('a1');
    isCrowded = false;
    enter('a2');
    await round();
    await round();
    enter('a3');
    expect(answered).toEqual(['a1', 'a2', 'a3']);
  });
});

test('Node lets one caller in a round, which is why turns wait for callers', async () => {
  /** Callers let in in each round so far, the running one last. */
  const rounds = [0];
  const server = createServer((socket) => {
    rounds[rounds.length - 1]!++;
    socket.destroy();
  });
  onTestFinished(() => void server.close());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  for (let i = 0; i < 50; i++)
    connect(port, '127.0.0.1')
      .on('error', () => {})
      .resume();
  const sum = (): number => rounds.reduce((before, count) => before + count, 0);
  while (sum() < 50) {
    rounds.push(0);
    await round();
  }
  expect(Math.max(...rounds)).toBe(1);
});
