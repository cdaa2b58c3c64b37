/** Logs of database instances as RDS keeps them. Methods throw `UpgradeError` with source `aws`. */
export interface LogFiles {
  /** The whole text of the newest log of this name; undefined when the instance has none, or is not there. */
  read(instanceId: string, name: string): Promise<string | undefined>;
}
