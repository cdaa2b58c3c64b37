/** What a resource type does with AWS. */
import type { EC2Client } from '@aws-sdk/client-ec2';
import type { RDSClient } from '@aws-sdk/client-rds';
import type { Attributes } from '../wire/values';

export interface Session {
  readonly region: string;
  readonly rds: RDSClient;
  readonly ec2: EC2Client;
  /** Aborted when Terraform is interrupted: waits end with an error. */
  readonly signal: AbortSignal;
}

/**
 * All methods throw errors whose message says what was tried on which resource and what AWS answered. States given have
 * no unknown values; states returned have an `id`.
 */
export interface Resource {
  /** Makes it; returns its id at once, so that a resource that fails later is known to exist. */
  create(planned: Attributes, session: Session): Promise<string>;
  /** What has to happen after the creation was accepted: waiting, and settings that creation cannot carry. */
  settle?(planned: Attributes, session: Session): Promise<void>;
  /** Undefined when it is gone. `state` carries what AWS does not tell. */
  read(state: Attributes, session: Session): Promise<Attributes | undefined>;
  update(prior: Attributes, planned: Attributes, session: Session): Promise<void>;
  /** Deleting what is gone already is fine. */
  delete(state: Attributes, session: Session): Promise<void>;
  /** What the configuration alone makes impossible, for people. */
  validate?(config: Attributes): readonly string[];
}
