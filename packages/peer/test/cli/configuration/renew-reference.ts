/** The tables of settings in docs/peer.md, made from the table in the code. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { variableOf } from '../../../src/cli/configuration/environment.ts';
import { LIMIT_SETTINGS } from '../../../src/cli/configuration/limit-settings.ts';
import {
  SETTINGS,
  type PeerSettings,
  type Setting,
} from '../../../src/cli/configuration/settings.ts';
import { ROOT } from '../../temporary-folder.ts';

/** The page on using `p2p`. */
export const PAGE_FILE: string = join(ROOT, 'docs/peer.md');

/** What to run, in the root, when the page is not that of the code. */
export const RENEW = 'node packages/peer/test/cli/configuration/renew-reference.ts';

/** The page with its tables made anew. Throws when it has no place for one. */
export function renewed(page: string): string {
  return replaced(replaced(page, 'settings', settingsTable()), 'limits', limitsTable());
}

function replaced(page: string, name: string, table: string): string {
  const [begin, end] = [`<!-- ${name}: made by ${RENEW} -->\n`, `<!-- end of ${name} -->\n`];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`docs/peer.md has no place for the ${name}`);
  return `${page.slice(0, from)}${begin}\n${table}\n${page.slice(to)}`;
}

function settingsTable(): string {
  const rows = (Object.keys(SETTINGS) as (keyof PeerSettings)[]).map((key) => {
    const { flag, help, kind, fallback, fallbackHelp } = SETTINGS[key] as Setting<unknown>;
    const shownFlag = flag === null ? 'the argument' : `\`${flag}\``;
    const initial = `\`${fallbackHelp ?? kind.write(fallback)}\``;
    return [`\`${key}\``, shownFlag, `\`${variableOf([key])}\``, kind.expected, initial, help];
  });
  return table(['in the file', 'flag', 'variable', 'what it is', 'default', ''], rows);
}

function limitsTable(): string {
  const described = descriptions();
  const rows = LIMIT_SETTINGS.map(({ key, name, kind, fallback }) => [
    `\`${name}\``,
    `\`${variableOf(['limits', name])}\``,
    `\`${kind.write(fallback)}\``,
    described.get(key) ?? '',
  ]);
  return table(['under `limits:`', 'variable', 'default', ''], rows);
}

/** What the comments on `PeerLimits` say, so that nobody has to write it twice. */
function descriptions(): Map<string, string> {
  const source = readFileSync(join(ROOT, 'packages/peer/src/core/options.ts'), 'utf8');
  const found = new Map<string, string>();
  for (const [, comment = '', key = ''] of source.matchAll(
    /\/\*\*((?:(?!\*\/)[^])*)\*\/\s*readonly (\w+): number;/g,
  )) {
    found.set(key, inMarkdown(comment.replaceAll(/\s*\n\s*\*\s*/g, ' ').trim()));
  }
  return found;
}

/** A name of the code in a comment, `minBytesPerSecond`, stays; a bar would end a cell. */
function inMarkdown(text: string): string {
  return text.replace(/\.$/, '').replaceAll('|', '\\|');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  return `${lines.join('\n')}\n`;
}

if (import.meta.main) writeFileSync(PAGE_FILE, renewed(readFileSync(PAGE_FILE, 'utf8')));
