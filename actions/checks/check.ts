/** What an upgrade check is, and what it may use. A check only reads: it can be run against production at any time. */
import type { UpgradeConfig } from '../config/schema';
import type { Aws, Cluster } from '../ports/aws';
import type { CommandRunner } from '../ports/command';
import type { MysqlServer, Query, Row } from '../ports/mysql-server';
import type { Crossing } from './crossing';
import type { StoredObjectReader } from './stored-objects';

/** An error blocks the upgrade; a warning needs a decision; a notice is to be known. */
export type Level = 'error' | 'warning' | 'notice';

/**
 * `object` is `schema.table.column`, `user@host`, `connection 42`, the name of a variable or of an AWS resource.
 * `description` says what was found; `cure` is what to run or to do about this object.
 */
export interface Finding {
  readonly level: Level;
  readonly object: string;
  readonly description: string;
  readonly cure?: string;
}

/** The order of the groups is the order of the run: what may hang everything else is looked at first. */
export type CheckGroup = 'operational' | 'platform' | 'replication' | 'accounts' | 'schema' | 'text';

export type RowsQuery = Query<readonly Row[]>;

export interface UpgradeCheck {
  /** Public and stable; that of MySQL Shell where it has one. */
  readonly id: string;
  /** Its name in upgrade-prechecks.log, where Aurora makes the same check during the upgrade. */
  readonly auroraId?: string;
  /** Its other names there: older engines, or parts that Aurora checks one by one. */
  readonly alsoInLogAs?: readonly string[];
  readonly title: string;
  /** Why no real server has shown it to us: then it is known from answers of the manual's kind only. */
  readonly notTriedBecause?: string;
  readonly group: CheckGroup;
  /** The worst level that it reports. */
  readonly severity: Level;
  /** Full sentences, for people who meet the check for the first time. */
  readonly whyItMatters: string;
  /** Address of the manual page that the check rests on. */
  readonly documentation: string;
  /** Grants or IAM actions without which it cannot be run. */
  readonly needs: string;
  /** What it asks, for the documentation; some are sent to servers of one series only. */
  readonly queries: readonly RowsQuery[];
  /** It costs the server much, so it runs only where `--check-tables` asks for it, or on a clone. */
  readonly onRequest?: 'check-tables';
  appliesTo(crossing: Crossing): boolean;
  /** Throws when it could not look; the runner turns that into "not checked". */
  run(context: CheckContext): Promise<readonly Finding[]>;
}

/** Limits above which the operational checks speak; the defaults stand in `thresholds.ts`. */
export interface Thresholds {
  /** Undo records not yet purged. */
  readonly historyListLength: number;
  /** Row changes that a shutdown would have to roll back. */
  readonly uncommittedRows: number;
  readonly transactionAgeSeconds: number;
  /** How long a session may sleep inside an open transaction. */
  readonly idleInTransactionSeconds: number;
  readonly tables: number;
}

export interface CheckContext {
  readonly server: MysqlServer;
  readonly aws: Aws | undefined;
  readonly config: UpgradeConfig | undefined;
  /** For commands of the operator's that look. */
  readonly commands: CommandRunner | undefined;
  readonly crossing: Crossing;
  readonly thresholds: Thresholds;
  /** Asks blue's writer, under a deadline. */
  read<T>(query: Query<T>): Promise<T>;
  /** Global variables by lower-case name; read once a run. */
  variables(): Promise<ReadonlyMap<string, string>>;
  /** Text and modes of routines, triggers, events, views and generated columns; read once a run. */
  readonly stored: StoredObjectReader;
  /** Blue as AWS describes it; read once a run. Throws when AWS was not given, or knows no such cluster. */
  blueCluster(): Promise<Cluster>;
  /** Says that this object could not be looked at; the check goes on with the others. */
  couldNotRead(object: string, error: unknown): void;
}
