/** The declarative layer as actions see it: read only, the actions never apply it. */
export interface Terraform {
  /** Synthesises and plans. Throws `UpgradeError` with source `tool` when it cannot. */
  pendingChanges(): Promise<TerraformChanges>;
  /** Grows with every deploy that changes something; undefined before the first one. Throws when it cannot be read. */
  stateSerial(): Promise<number | undefined>;
}

export interface TerraformChanges {
  readonly changes: readonly {
    readonly address: string;
    readonly actions: readonly string[];
    readonly attributes: readonly string[];
  }[];
}
