import type { Plan } from '../plan/plan.ts';
import { showNumber } from '../result/show-figure.ts';
import type { TableContent } from './phase-tables.ts';
import { NONE, type Cell } from './text-table.ts';

/** The groups of a plan, with what starts their peers. */
export function groupsTable({ scenario, peers }: Plan): TableContent {
  const knownIn = new Map(peers.map(({ group, known }) => [group, known]));
  return {
    columns: [
      { head: 'Peers', align: 'left' },
      { head: 'count', align: 'right' },
      { head: 'keeps', align: 'right' },
      { head: 'what they are', align: 'left', gives: true },
    ],
    rows: scenario.groups.map((group, number) => ({
      cells: [
        text(group.name),
        text(showNumber(group.count)),
        group.run === null ? text(showNumber(knownIn.get(number) ?? 0)) : NONE,
        text(programOf(group)),
      ],
    })),
  };
}

function programOf({ run, image, behavior }: Plan['scenario']['groups'][number]): string {
  if (run !== null) return image === undefined ? run : `${image}: ${run}`;
  return behavior === null ? 'our own' : `misbehaving: ${behavior}`;
}

function text(content: string): Cell {
  return { text: content };
}
