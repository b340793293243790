import { expect, test } from 'vitest';
import { renderDot } from '../../src/report/plan-dot.ts';
import { planOf } from '../plans.ts';

test('a graph has each peer in the colour of its group, and an arrow to each that it knows', () => {
  const plan = planOf({
    scenario: { name: 'small [loss=2%]' },
    peers: [
      { name: 'a-1', starts: [1, 2] },
      { name: 'a-2', starts: [] },
      { name: 'b-1', group: 1, starts: [0] },
    ],
    images: [{ owners: [0] }],
  });
  expect([...renderDot(plan)].join('')).toBe(`digraph "small [loss=2%]" {
  node [style=filled, fontname="sans-serif", color=white, fontcolor=white];
  edge [color="#888888"];
  "a-1" [fillcolor="#4e79a7", tooltip="a-1 owns 1 image"];
  "a-2" [fillcolor="#4e79a7", tooltip="a-2 owns 0 images"];
  "b-1" [fillcolor="#f28e2b", tooltip="b-1 owns 0 images"];
  "a-1" -> { "a-2" "b-1" };
  "b-1" -> { "a-1" };
}
`);
});
