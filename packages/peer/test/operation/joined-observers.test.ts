import { expect, test } from 'vitest';
import type { PeerObserver } from '../../src/core/observer.ts';
import { joinedObservers } from '../../src/operation/joined-observers.ts';

test('several observers are told in their order, and nobody of what nobody wants to know', () => {
  const told: string[] = [];
  const one = (name: string): PeerObserver => ({
    onRefused: (remote, code) => void told.push(`${name} ${remote} ${code}`),
  });
  const joined = joinedObservers([
    one('a'),
    {},
    one('b'),
    { onLost: () => void told.push('lost') },
  ]);
  joined.onRefused?.(7, 'bad-name');
  joined.onLost?.(7);
  expect(told).toEqual(['a 7 bad-name', 'b 7 bad-name', 'lost']);
  expect(Object.keys(joined).toSorted()).toEqual(['onLost', 'onRefused']);
});
