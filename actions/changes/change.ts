/** What a statement of a file of DDL does, as far as the tool understands it. Pure data. */
import type { TableName } from '../mysql/fence-statements';
import type { IndexKind } from './table-model';

export interface ColumnDefinition {
  readonly name: string;
  readonly type: string;
  readonly isNullable: boolean;
  readonly hasDefault: boolean;
  readonly isAutoIncrement: boolean;
  readonly isGenerated: boolean;
  readonly charset: string | undefined;
  readonly collation: string | undefined;
  /** Keys that the definition brings along. */
  readonly keys: readonly ('primary' | 'unique')[];
}

/** Undefined: where it is, or at the end when it is new. */
export type Place = 'first' | { readonly after: string } | undefined;

export type Clause =
  | { readonly is: 'add-column'; readonly column: ColumnDefinition; readonly place: Place }
  | { readonly is: 'drop-column'; readonly name: string }
  | { readonly is: 'change-column'; readonly name: string; readonly column: ColumnDefinition; readonly place: Place }
  | { readonly is: 'rename-column'; readonly name: string; readonly to: string }
  | { readonly is: 'set-default'; readonly name: string; readonly hasDefault: boolean }
  | { readonly is: 'add-index'; readonly name: string; readonly kind: IndexKind; readonly columns: readonly string[] }
  | { readonly is: 'drop-index'; readonly name: string }
  | { readonly is: 'rename-index'; readonly name: string; readonly to: string }
  /** `columns`: those of this table, lower case; `cascades`: it deletes or changes rows by itself. */
  | {
      readonly is: 'add-foreign-key';
      readonly name: string;
      readonly columns: readonly string[];
      readonly cascades: boolean;
    }
  | { readonly is: 'drop-foreign-key'; readonly name: string }
  | { readonly is: 'add-check'; readonly name: string }
  | { readonly is: 'drop-check'; readonly name: string }
  /** Of no weight for rows, and not looked for; `object` differs by it, in the words of `verify --schema`. */
  | { readonly is: 'option'; readonly object: 'table' | { readonly index: string } }
  | { readonly is: 'partition'; readonly method: string | undefined };

export type ParsedChange =
  | { readonly is: 'alter'; readonly table: TableName; readonly clauses: readonly Clause[] }
  | { readonly is: 'create-table'; readonly table: TableName }
  | { readonly is: 'drop-table'; readonly table: TableName }
  | { readonly is: 'not-understood'; readonly why: string };
