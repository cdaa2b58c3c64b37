/** An endpoint that somebody made beside a cluster's own two. */
export interface ClusterEndpointRecord {
  readonly id: string;
  readonly resourceId: string;
  readonly clusterId: string;
  type: 'READER' | 'ANY';
  staticMembers: string[];
  excludedMembers: string[];
}
