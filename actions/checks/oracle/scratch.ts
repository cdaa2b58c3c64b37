/** An empty server of the target version on which definitions are tried. Whatever becomes of it, it is thrown away. */
export interface Scratch {
  /** e.g. `9.7.4`. */
  readonly version: string;
  /** Undefined when the server took the statement. Throws when it did not answer at all. */
  attempt(trial: Trial): Promise<Refusal | undefined>;
}

export interface Trial {
  /** The current schema; it is there. Undefined for statements that need none. */
  readonly schema: string | undefined;
  /** Modes that change how text is read. */
  readonly sqlModes: readonly string[];
  readonly sql: string;
}

export interface Refusal {
  readonly errno: number;
  readonly message: string;
}
