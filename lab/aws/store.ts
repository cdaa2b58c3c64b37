import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { LabDocument } from './document';
import { newDocument } from './new-document';

/** The account's document, in memory, and its file. */
export interface AwsStore {
  readonly document: LabDocument;
  /** Writes the document durably; called after each change. Without a file it does nothing. */
  save(): void;
}

/**
 * Opens the store of a lab: takes over the file when there is one, else starts an empty account. The file holds secrets
 * (Secrets Manager values), so it is created with mode 0600. Throws when the file is not a document of this format.
 */
export function openAwsStore(options: { readonly file?: string; readonly region?: string } = {}): AwsStore {
  const { file } = options;
  const document = (file === undefined ? undefined : readDocument(file)) ?? newDocument(options.region ?? 'us-east-1');
  return {
    document,
    save() {
      if (file !== undefined) writeDurably(file, JSON.stringify(document, undefined, 1));
    },
  };
}

function readDocument(file: string): LabDocument | undefined {
  if (!existsSync(file)) return undefined;
  const document = JSON.parse(readFileSync(file, 'utf8')) as Partial<LabDocument>;
  if (document.formatVersion !== 1) {
    throw new Error(`${file} is not a lab account of format 1; the lab cannot take it over. Remove it to start anew.`);
  }
  return document as LabDocument;
}

function writeDurably(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  const temporary = `${file}.${String(process.pid)}.tmp`;
  const descriptor = openSync(temporary, 'w', 0o600);
  try {
    writeSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(temporary, file);
}
