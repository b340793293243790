/** What runs in the containers of a run on a swarm beside the peers: `holder`, `agent`, or `gateway IP…`. */
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { AGENT_PORT, HOLDER_PORT, IMAGES_PATH, TOKEN_VARIABLE } from '../messages.ts';
import { Agent } from './agent.ts';
import { Gateway } from './gateway.ts';
import { Holder } from './holder.ts';
import { serveLinks } from './line-link.ts';

const token = process.env[TOKEN_VARIABLE] ?? '';
// It is the run's alone: the peers need not know it.
delete process.env[TOKEN_VARIABLE];
const [role, ...ips] = process.argv.slice(2);
// The first process of a container is not ended by it otherwise.
process.on('SIGTERM', () => process.exit(0));

if (token === '') {
  fail(`${TOKEN_VARIABLE} is not set; sim run --runner swarm starts this program.`);
} else if (role === 'holder') {
  const holder = new Holder({ peer: join(import.meta.dirname, 'p2p.mjs'), images: IMAGES_PATH });
  serveLinks(HOLDER_PORT, token, (link, before) => holder.obey(link, before));
} else if (role === 'agent') {
  const agent = new Agent(token);
  serveLinks(AGENT_PORT, token, (link, before) => agent.obey(link, before));
} else if (role === 'gateway') {
  const gateway = new Gateway(token, (text) => process.stdout.write(text));
  ips.forEach((ip, number) => void gateway.keepCalling(number, ip));
  const input = createInterface({ input: process.stdin });
  input.on('line', (line) => gateway.hear(line)).on('close', () => process.exit(0));
} else {
  fail(`there is no part "${role ?? ''}" of a run; sim run --runner swarm starts this program.`);
}

function fail(sentence: string): void {
  console.error(`lab: ${sentence}`);
  process.exitCode = 2;
}
