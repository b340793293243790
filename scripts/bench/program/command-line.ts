import * as readline from 'node:readline';

/** Tells the bench an event. */
export function tell<Told extends { readonly event: string }>(event: Told): void {
  process.stdout.write(`${JSON.stringify(event)}\n`);
}

/** Hands over each command of the bench; ends the process when there can be no more. */
export function onCommand<Command>(obey: (command: Command) => void): void {
  readline
    .createInterface({ input: process.stdin })
    .on('line', (line) => obey(JSON.parse(line) as Command))
    .on('close', () => process.exit(0));
  // A terminal's Ctrl-C is for the bench, which then ends its children.
  process.on('SIGINT', () => {});
}
