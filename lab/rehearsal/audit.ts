/** Reads the ledger's rows from both servers once the channel between them has caught up. */
import { readFileSync } from 'node:fs';
import { createConnection, type Connection } from 'mysql2/promise';
import { Resolver } from 'node:dns/promises';
import { auditLedger, type LedgerAudit, type LedgerSnapshot } from '../writers/ledger';
import { readLedgerSide } from '../writers/ledger-tables';
import type { LabDescription } from '../contract';

export interface AuditedSides {
  readonly servingEndpoint: string;
  readonly otherEndpoint: string;
}

const CATCH_UP_MS = 15_000;
const POLL_MS = 200;

/**
 * The writers must have stopped. Waits until the other side holds what the serving side holds, at most 15 s: what is missing
 * there after that is counted as missing.
 */
export async function auditSides(
  lab: LabDescription,
  sides: AuditedSides,
  snapshot: LedgerSnapshot,
): Promise<LedgerAudit> {
  const serving = await connect(lab, sides.servingEndpoint);
  const other = await connect(lab, sides.otherEndpoint);
  try {
    const servingSide = await readLedgerSide(serving);
    let otherSide = await readLedgerSide(other);
    const end = performance.now() + CATCH_UP_MS;
    while (otherSide.rows.length < servingSide.rows.length && performance.now() < end) {
      await new Promise((wake) => setTimeout(wake, POLL_MS));
      otherSide = await readLedgerSide(other);
    }
    return auditLedger(snapshot, { serving: servingSide, other: otherSide });
  } finally {
    await Promise.allSettled([serving.end(), other.end()]);
  }
}

/** As the application, from where the application connects. */
async function connect(lab: LabDescription, endpoint: string): Promise<Connection> {
  const resolver = new Resolver();
  resolver.setServers([`${lab.dns.host}:${lab.dns.port}`]);
  const [address] = await resolver.resolve4(endpoint);
  if (address === undefined) throw new Error(`the lab's DNS does not know ${endpoint}`);
  return createConnection({
    host: address,
    port: lab.port,
    user: lab.users.application.user,
    password: lab.users.application.password,
    ssl: { ca: readFileSync(lab.caFile, 'utf8'), servername: endpoint },
  } as Parameters<typeof createConnection>[0]);
}
