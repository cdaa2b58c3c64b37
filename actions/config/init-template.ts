/** The upgrade.yaml that `init` writes: the settings a person must decide, the others shown as comments with their defaults. */
export interface InitAnswers {
  readonly name: string;
  readonly region: string;
  readonly blueCluster: string;
  readonly engineVersion: string;
}

export const EXAMPLE_ANSWERS: InitAnswers = {
  name: 'orders',
  region: 'eu-west-1',
  blueCluster: 'orders',
  engineVersion: '8.0.mysql_aurora.3.08.2',
};

export function initTemplate({ name, region, blueCluster, engineVersion }: InitAnswers = EXAMPLE_ANSWERS): string {
  return `# yaml-language-server: $schema=./upgrade.schema.json
# One upgrade of one Aurora MySQL cluster. Every setting is explained in docs/configuration.md.
# Settings that are commented out show their defaults. No secret belongs into this file.

name: ${name}
region: ${region}

# The cluster that serves today. Its master credentials come from AURORA_CUTOVER_BLUE_USER and
# AURORA_CUTOVER_BLUE_PASSWORD, or from a secret in Secrets Manager.
blue:
  cluster: ${blueCluster}
  # credentials:
  #   secretArn: arn:aws:secretsmanager:${region}:123456789012:secret:${name}-blue

# The upgraded cluster, created by \`cdktf deploy\`.
green:
  cluster: ${blueCluster}-green
  engineVersion: ${engineVersion}
  # source: snapshot            # or clone
  # writer:
  #   class: db.r6g.large       # default: the class of blue's writer
  # readers:
  #   - class: db.r6g.large
  # clusterParameters:          # on top of what is carried from blue
  #   time_zone: UTC
  # deletionProtection: true

# What points the application at a cluster. Switched in this order, back in the same order.
endpoints:
  - kind: route53
    zoneId: Z0123456789ABC      # the hosted zone that holds the record
    name: ${name}-db.example.com
    # target: writer            # or reader
    # ttl: 5s

# replication:
#   user: cutover_repl
#   host: '%'                   # better: the network of the clusters, such as 10.0.%
#   tls: auto                   # or required, or off
#   retention: 48h              # how long both clusters keep their binary logs
#   catchUp: 6h

# cutover:
#   budget: 30s                 # the longest time that writes may be blocked, undoing included
#   undoReserve: 10s
#   maxLag: 5s
#   maxTransaction: 10s
#   passingAccounts: []         # accounts that pass read_only and are known not to write

# trial:                        # your test suite on a clone of green
#   command: [npm, run, test:database]
#   required: false             # true: no cutover before it has passed

# health:                       # limits of what CloudWatch tells; required makes them gates
#   required: false
#   cpuPercent: 80
#   freeableMemoryMiB: 256
#   replicaLag: 1m

# network:
#   caFile: ./rds-ca.pem        # default: Amazon's bundle for RDS
#   dnsServers: []
#   connectTimeout: 5s
#   replicationRules: true
`;
}
