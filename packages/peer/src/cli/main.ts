#!/usr/bin/env node
// Nothing that an older Node cannot read is loaded before this is known.
const OLDEST_NODE = 24;

if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
  console.error(`p2p: needs Node ${OLDEST_NODE} or later; this is Node ${process.versions.node}.`);
  process.exit(2);
}

// From the second start on it takes half the time until the peer listens (`npm run bench -- yardsticks/start`).
const { keepCompiled } = await import('./compile-cache.ts');
keepCompiled('p2p');

const { execute } = await import('./execute.ts');
await execute();
