/** Tags by which a cluster or its parameter group is known to be the tool's own. Throws `UpgradeError` with source `aws`. */
export interface ClusterTags {
  /** Undefined when there is no such cluster. */
  tagsOf(clusterId: string): Promise<ReadonlyMap<string, string> | undefined>;
  /** Undefined when there is no such cluster parameter group. */
  tagsOfParameterGroup(group: string): Promise<ReadonlyMap<string, string> | undefined>;
}
