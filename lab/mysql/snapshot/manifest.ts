/** What a snapshot consists of, as kept in `snapshot.json` beside its table files. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LabCoordinates } from '../../contract';
import type { Series } from '../binaries';
import type { TransferColumn } from './columns';

export interface SnapshotManifest {
  readonly series: Series;
  readonly engineVersion: string;
  readonly masterUsername: string;
  /** Absent when the server wrote no binary log. */
  readonly coordinates?: LabCoordinates;
  readonly schemas: readonly { readonly name: string; readonly characterSet: string; readonly collation: string }[];
  readonly tables: readonly TableDump[];
  readonly views: readonly StoredObject[];
  readonly routines: readonly StoredObject[];
  readonly triggers: readonly StoredObject[];
  readonly events: readonly StoredObject[];
  readonly accounts: readonly AccountDump[];
  /** Rows of mysql.rds_configuration. */
  readonly configuration: readonly { readonly name: string; readonly value: string | null }[];
}

export interface TableDump {
  readonly schema: string;
  readonly name: string;
  readonly createStatement: string;
  readonly columns: readonly TransferColumn[];
  /** Name of the data file in the snapshot's folder. */
  readonly file: string;
}

/** A view, routine, trigger or event: its text and the session settings it was made under. */
export interface StoredObject {
  readonly schema: string;
  readonly name: string;
  readonly createStatement: string;
  readonly sqlMode?: string;
  readonly characterSet: string;
  readonly collation: string;
  readonly timeZone?: string;
}

export interface AccountDump {
  readonly user: string;
  readonly host: string;
  readonly plugin: string;
  /** Hexadecimal: a sha256 hash holds any byte. */
  readonly hashHex: string;
  readonly requirement: string;
  readonly limits: string;
  readonly isLocked: boolean;
  readonly isExpired: boolean;
  readonly grants: readonly string[];
  /** Roles that become active at login, as written in ALTER USER. */
  readonly defaultRoles: readonly string[];
}

export const MANIFEST_FILE = 'snapshot.json';

/** Rejects with what to do when the snapshot is not there or incomplete. */
export function readManifest(folder: string): SnapshotManifest {
  try {
    return JSON.parse(readFileSync(join(folder, MANIFEST_FILE), 'utf8')) as SnapshotManifest;
  } catch (error) {
    throw new Error(`There is no complete snapshot in ${folder}. Take it again.`, { cause: error });
  }
}
