/**
 * What stops the channel that leads back from the side that will serve to the one that serves now. Everything that is said to
 * stop it was tried between 5.7.29 and 9.7.4 in both directions, at the versions named beside each rule. Pure.
 */
import type { AccountFacts } from './queries';
import { crossesDown, RULES } from './reverse-rules';

/** A collation that 5.7 does not know (ids from 255 on: UCA 9.0.0) and how many objects of a kind have it. */
export interface CollationUse {
  readonly kind: 'routine' | 'event' | 'database' | 'table' | 'column' | 'vector column';
  readonly count: number;
  /** One of them, `schema.name`. */
  readonly example: string;
}

export interface WayBackFacts {
  /** `VERSION()` of the side that will serve and so be the source. */
  readonly source: string;
  readonly replica: string;
  /** Global variables; one that a server does not have is absent. */
  readonly sourceVariables: ReadonlyMap<string, string>;
  readonly replicaVariables: ReadonlyMap<string, string>;
  /** `default_collation_for_utf8mb4` in a session of an ordinary account on the source; undefined before 8.0. */
  readonly sessionDefaultForUtf8mb4: string | undefined;
  readonly collations: readonly CollationUse[];
  /** The replication account on the source; undefined when there is none. */
  readonly account: Pick<AccountFacts, 'plugin' | 'requiresTls'> | undefined;
  /** Whether the channel will be encrypted. */
  readonly usesTls: boolean;
}

export interface Obstacle {
  /** The setting or thing and its value: `binlog_transaction_compression=ON`. */
  readonly what: string;
  /** `stops`: the channel ends at the first such event. `differs`: it runs, and the sides may come to differ. */
  readonly effect: 'stops' | 'differs';
  readonly why: string;
  readonly cure: string;
}

/** Global variables that `obstacles` reads. */
export const WAY_BACK_VARIABLES: readonly string[] = [
  'binlog_checksum',
  'binlog_format',
  'binlog_row_image',
  'binlog_row_value_options',
  'binlog_transaction_compression',
  'collation_server',
  'gtid_mode',
  'init_connect',
  'log_bin_use_v1_row_events',
  'lower_case_table_names',
  'sql_generate_invisible_primary_key',
];

/** What people must not do while the way back is open. Undefined when the old side understands what the new one says. */
export function statementsToAvoid({ source, replica }: Pick<WayBackFacts, 'source' | 'replica'>): string | undefined {
  if (!crossesDown({ source, replica })) return undefined;
  return (
    'DDL of 8.0 stops it: COLLATE utf8mb4_0900_*, CREATE TABLE .. SELECT, RENAME COLUMN, ALGORITHM=INSTANT, roles, ' +
    'expression defaults, functional indexes, INVISIBLE, window functions and WITH in views, CREATE USER with caching_sha2_password'
  );
}

/** Worst first; empty when nothing is known against the way back. */
export function obstacles(facts: WayBackFacts): readonly Obstacle[] {
  const found = RULES.flatMap((rule) => rule(facts));
  return [...found.filter(({ effect }) => effect === 'stops'), ...found.filter(({ effect }) => effect === 'differs')];
}
