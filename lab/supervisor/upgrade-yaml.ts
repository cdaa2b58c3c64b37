import type { LabDescription } from '../contract';

/** The `upgrade.yaml` that upgrades this lab's blue. It names no password: those come from the environment. */
export function upgradeYaml(lab: LabDescription, dnsTtlSeconds: number): string {
  return `# The upgrade that this lab is for. Written by \`lab up\`; edit it as you like.
name: orders
region: ${lab.region}
blue:
  cluster: ${lab.blue.clusterId}
green:
  cluster: ${lab.green.clusterId}
  engineVersion: ${lab.green.engineVersion}
  # As many as blue has.
  readers: [{}]
  deletionProtection: false
endpoints:
  - kind: route53
    zoneId: ${lab.zone.id}
    name: ${lab.applicationHost}
    ttl: ${String(dnsTtlSeconds)}s
network:
  caFile: ${JSON.stringify(lab.caFile)}
  dnsServers: ['${lab.dns.host}:${String(lab.dns.port)}']
`;
}
