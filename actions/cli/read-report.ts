/** The files that `prewarm` and `replay` leave beside the state. */
import { dirname, join } from 'node:path';
import { outputFile } from 'fs-extra';
import { thisProcess } from '../adapters/this-process';
import { canonicalJson } from '../engine/canonical-json';
import type { Command } from './command';

/** What a report says besides its own figures. */
export interface Heading {
  readonly upgrade: string;
  /** Who ran it, e.g. `dba@bastion`. */
  readonly who: string;
  /** ISO 8601. */
  readonly when: string;
}

export interface Renderers<T> {
  readonly html: (report: T & Heading) => string;
  readonly markdown: (report: T & Heading) => string;
}

/** Statements with their values (`--values`) and messages of servers are personal data: for whoever ran the command. */
const MODE = 0o600;

/** Writes a page, Markdown and JSON under a name of its own; answers the path of the page. */
export async function saveReadReport<T extends { readonly begunAt: string }>(
  { config, context }: Command,
  kind: 'prewarm' | 'replay',
  result: T,
  { html, markdown }: Renderers<T>,
): Promise<string> {
  const { user, host } = thisProcess.self();
  const report = { ...result, upgrade: config.name, who: `${user}@${host}`, when: context.clock.now().toISOString() };
  const prefix = join(dirname(config.besideState), 'reports', `${result.begunAt.replaceAll(/[:.]/g, '-')}-${kind}`);
  await outputFile(`${prefix}.md`, markdown(report), { mode: MODE });
  await outputFile(`${prefix}.json`, `${canonicalJson(report)}\n`, { mode: MODE });
  await outputFile(`${prefix}.html`, html(report), { mode: MODE });
  return `${prefix}.html`;
}
