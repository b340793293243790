/**
 * Does to a running peer whatever anything that connects to it could do, and looks whether it holds: whether a
 * well-behaved caller is served all the time, memory stays bounded, and nothing outside its folder is touched.
 *
 *     node scripts/torture.ts [--seconds N] [--only NAME]… [--seed N]
 *
 * Exit codes: 0 it held, 1 it did not, 2 the command was wrong.
 */
import { constants } from 'node:os';
import { parseArgs } from 'node:util';
import type { Arena } from './torture/arena.ts';
import { ATTACKS, torture } from './torture/session.ts';
import type { Attack } from './torture/attack.ts';
import { renderVerdicts } from './torture/verdict-table.ts';

const HELP = `Usage: npm run torture -- [options]

Attacks a p2p that it starts, and says of each attack whether the peer held.

  --seconds N  about how long in all (60); what must come to its end may take longer
  --only NAME  this attack alone; may be repeated
  --seed N     of the random bytes (1)
  --list       say what there is
  --help       show this`;

interface Command {
  readonly attacks: readonly Attack[];
  readonly forMs: number;
  readonly seed: number;
  readonly shows: 'help' | 'list' | null;
}

process.exitCode = await main();

async function main(): Promise<number> {
  const command = readCommand();
  if (typeof command === 'string') {
    console.error(`torture: ${command}`);
    return 2;
  }
  if (command.shows === 'help') console.log(HELP);
  else if (command.shows === 'list') printList();
  else return await run(command);
  return 0;
}

async function run(command: Command): Promise<number> {
  console.log(`${command.attacks.length} attacks, seed ${command.seed}`);
  const verdicts = await torture({
    ...command,
    judgesTime: true,
    onArena: closeWhenInterrupted,
    onVerdict: ({ name, faults }) =>
      console.log(`${faults.length === 0 ? 'held  ' : 'BROKEN'}  ${name}`),
  });
  console.log(`\n${renderVerdicts(verdicts)}\n`);
  const held = verdicts.filter(({ faults }) => faults.length === 0).length;
  console.log(`${held} of ${verdicts.length} held`);
  return held === verdicts.length ? 0 : 1;
}

/** So that neither a peer nor a folder outlives a run that was interrupted. */
function closeWhenInterrupted(arena: Arena): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      void arena.close().finally(() => process.exit(128 + constants.signals[signal]));
    });
  }
}

function printList(): void {
  const width = Math.max(...ATTACKS.map(({ name }) => name.length));
  for (const { name, about } of ATTACKS) console.log(`${name.padEnd(width)}  ${about}`);
}

/** What was asked for, or what was wrong with it. */
function readCommand(): Command | string {
  try {
    const { values } = parseArgs({
      options: {
        seconds: { type: 'string', default: '60' },
        only: { type: 'string', multiple: true, default: [] },
        seed: { type: 'string', default: '1' },
        list: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    const unknown = values.only.find((name) => ATTACKS.every((attack) => attack.name !== name));
    if (unknown !== undefined) return `there is no attack "${unknown}"; --list shows all`;
    const seconds = Number(values.seconds);
    if (!(seconds > 0)) return `--seconds ${values.seconds} is no time`;
    const seed = Number(values.seed);
    if (!Number.isSafeInteger(seed) || seed < 0) return `--seed ${values.seed} is no whole number`;
    const isMeant = ({ name }: Attack): boolean => values.only.includes(name);
    return {
      attacks: values.only.length === 0 ? ATTACKS : ATTACKS.filter(isMeant),
      forMs: seconds * 1_000,
      seed,
      shows: values.help ? 'help' : values.list ? 'list' : null,
    };
  } catch (error) {
    return (error as Error).message;
  }
}
