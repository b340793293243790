#!/usr/bin/env node
// Nothing that an older Node cannot read is loaded before this is known.
const OLDEST_NODE = 24;

if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
  console.error(`sim: needs Node ${OLDEST_NODE} or later; this is Node ${process.versions.node}.`);
  process.exit(2);
}

// From the second start on, a command takes half the time to begin.
const { keepCompiled } = await import('@imagemesh/peer/compile-cache');
keepCompiled('sim');

const { execute } = await import('./execute.ts');
await execute();
