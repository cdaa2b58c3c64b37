import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { LabDescription, LabPair } from '../contract';
import { labFiles } from './lab-files';
import type { ProcessIdentity } from './process-identity';

/** A description without passwords: what a file may hold. */
export type PublicDescription = Omit<LabDescription, 'users'> & {
  readonly users: { readonly master: { readonly user: string }; readonly application: { readonly user: string } };
};

/**
 * `lab.json`. It is written before the lab starts anything, so that whatever a crash leaves behind can be found and ended;
 * once the lab is ready it is the description too.
 */
export interface LabRecord {
  readonly format: 1;
  readonly phase: 'starting' | 'ready' | 'failed';
  readonly pair: LabPair;
  readonly dir: string;
  readonly supervisor: ProcessIdentity;
  readonly description?: PublicDescription;
}

/** `undefined` when the directory holds no lab. Throws when its record cannot be read as one. */
export function readLabRecord(dir: string): LabRecord | undefined {
  const file = labFiles(dir).record;
  if (!existsSync(file)) return undefined;
  const { format, phase, supervisor, ...lab } = JSON.parse(readFileSync(file, 'utf8')) as LabRecord & PublicDescription;
  if (format !== 1) {
    throw new Error(
      `${file} is not a lab's record of format 1, so it is not known what runs there. Look at it by hand.`,
    );
  }
  const isComplete = 'awsEndpoint' in lab;
  return { format, phase, pair: lab.pair, dir, supervisor, ...(isComplete && { description: lab }) };
}

/** Replaces the record atomically. The description's fields stand at its top level, as `lab up --json` prints them. */
export function writeLabRecord(record: LabRecord): void {
  const file = labFiles(record.dir).record;
  const { description, ...own } = record;
  writeFileSync(`${file}.new`, `${JSON.stringify({ ...description, ...own }, undefined, 2)}\n`);
  renameSync(`${file}.new`, file);
}

export function withoutPasswords(description: LabDescription): PublicDescription {
  const { master, application } = description.users;
  return { ...description, users: { master: { user: master.user }, application: { user: application.user } } };
}
