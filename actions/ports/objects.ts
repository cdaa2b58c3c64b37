/** Objects of one bucket, as a shared state needs them: every change is bound to what was seen before. */
export interface Objects {
  /** For people: `s3://bucket`. */
  readonly location: string;
  /** Undefined when there is no such object. Throws `UpgradeError` (source aws) when that cannot be told. */
  get(key: string): Promise<StoredObject | undefined>;
  /**
   * Writes only while `condition` holds, decided by the store in one step. Throws `OutcomeUnknownError` when it may or may
   * not have been written, and also when it may still be: its condition then guards whoever writes in between.
   */
  put(key: string, text: string, condition: PutCondition): Promise<PutOutcome>;
  /** Removes the object only while it is that version; nothing when it is gone already. */
  remove(key: string, version: string): Promise<void>;
}

export interface StoredObject {
  readonly text: string;
  /** Tells this content from every other one (S3: the ETag). */
  readonly version: string;
}

export type PutCondition =
  { readonly is: 'absent' } | { readonly is: 'unchanged'; readonly version: string } | { readonly is: 'any' };

export type PutOutcome =
  /** `isVersioned`: the bucket keeps what was replaced. */
  | { readonly is: 'stored'; readonly version: string; readonly isVersioned: boolean }
  /** The condition does not hold; nothing was written by this attempt. */
  | { readonly is: 'refused' };
