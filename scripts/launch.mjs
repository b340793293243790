// Runs the project's commands with the right Node and installed packages, getting both if missing.
// Plain JavaScript without dependencies, because it must run before anything is installed.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dieBy, Interrupted, Refusal, run, say, watchSignals } from './launch/children.mjs';
import { environmentFor, prepare, ROOT } from './launch/prepare.mjs';

/** The path of the script behind a package's command. */
function binOf(packageName, command) {
  const folder = join(ROOT, 'node_modules', packageName);
  return join(folder, JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).bin[command]);
}

/** Where the user typed the command: npm itself always runs scripts in the root. */
function userFolder() {
  const typedIn = process.env.INIT_CWD;
  return typedIn && existsSync(typedIn) ? typedIn : ROOT;
}

const SIM = join(ROOT, 'packages/sim/src/cli/main.ts');
const P2P = join(ROOT, 'packages/peer/src/cli/main.ts');
const VITEST = join(ROOT, 'node_modules/vitest/vitest.mjs');

/** What each command does: a line for the list, and its steps (by default in the root). */
const COMMANDS = {
  start: {
    about: 'run the scenario scenarios/mesh-10.yaml',
    steps: (args) => [{ argv: [SIM, 'run', 'scenarios/mesh-10.yaml', ...args] }],
  },
  sim: {
    about: 'the simulation lab',
    steps: (args) => [{ argv: [SIM, ...args], cwd: userFolder() }],
  },
  p2p: {
    about: 'a peer',
    steps: (args) => [{ argv: [P2P, ...args], cwd: userFolder() }],
  },
  test: {
    about: 'the tests',
    steps: (args) => [{ argv: [VITEST, 'run', '--config', 'vitest.workspace.ts', ...args] }],
  },
  image: {
    about: 'the container image of the peer',
    steps: (args) => [{ argv: [join(ROOT, 'scripts/image.ts'), ...args], cwd: userFolder() }],
  },
  pack: {
    about: 'the packages, for other projects',
    steps: (args) => [{ argv: [join(ROOT, 'scripts/packages.ts'), ...args], cwd: userFolder() }],
  },
  gate: {
    about: 'the unit tests, all scenarios on virtual, five on loopback',
    steps: (args) => [{ argv: [join(ROOT, 'scripts/gate.ts'), ...args] }],
  },
  bench: {
    about: 'the benchmarks',
    steps: (args) => [{ argv: [join(ROOT, 'scripts/bench.ts'), ...args] }],
  },
  torture: {
    about: 'attacks on a running peer',
    steps: (args) => [{ argv: [join(ROOT, 'scripts/torture.ts'), ...args] }],
  },
  check: {
    about: 'format, lint, types and unused code',
    steps: () => [
      { name: 'oxfmt --check', argv: [binOf('oxfmt', 'oxfmt'), '--check'] },
      { name: 'oxlint', argv: [binOf('oxlint', 'oxlint')] },
      { name: 'tsc --noEmit', argv: [binOf('typescript', 'tsc'), '--noEmit'] },
      {
        // What runs in a browser knows other globals.
        name: 'tsc --noEmit of the viewer',
        argv: [binOf('typescript', 'tsc'), '--noEmit', '-p', 'packages/sim/src/viewer'],
      },
      { name: 'knip', argv: [binOf('knip', 'knip')] },
    ],
  },
};

/** One sentence and the list of commands. */
function usage(sentence) {
  const lines = Object.entries(COMMANDS).map(([name, { about }]) => `  ${name.padEnd(7)}${about}`);
  return new Refusal(sentence, 2, lines);
}

/** Runs a command's steps in turn. Resolves to the end of the first that failed, or of the last. */
async function launch([command, ...args]) {
  if (command === undefined) throw usage('say what to run, one of:');
  if (!Object.hasOwn(COMMANDS, command)) {
    throw usage(`there is no command "${command}"; there are:`);
  }
  const node = await prepare();
  const env = environmentFor(node);
  // What Node has made of our TypeScript is kept: a peer process then starts in a third of the time.
  env.NODE_COMPILE_CACHE ??= join(ROOT, 'node_modules', '.cache', 'imagemesh', 'compile');
  let end;
  for (const { name, argv, cwd = ROOT } of COMMANDS[command].steps(args)) {
    // Node would otherwise remark on its type stripping in each run.
    end = await run(node, ['--disable-warning=ExperimentalWarning', ...argv], { cwd, env });
    if (end.code === 0) continue;
    if (name) say(`the check failed at ${name} (${end.signal ?? `exit code ${end.code}`})`);
    break;
  }
  return end;
}

watchSignals();
try {
  const { code, signal } = await launch(process.argv.slice(2));
  if (signal) dieBy(signal);
  else process.exitCode = code;
} catch (error) {
  if (error instanceof Interrupted) {
    dieBy(error.signal);
  } else {
    say(error.message);
    for (const line of error.details ?? []) process.stderr.write(`${line}\n`);
    process.exitCode = error.exitCode ?? 1;
  }
}
