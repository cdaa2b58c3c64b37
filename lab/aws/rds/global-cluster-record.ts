/** A global database. Its secondary clusters would stand in other regions, where the lab keeps nothing. */
export interface GlobalClusterRecord {
  readonly id: string;
  readonly resourceId: string;
  readonly engineVersion: string;
  /** The primary cluster. */
  writerClusterId: string | undefined;
}
