import type { Row } from '../ports/mysql-server';
import type { UpgradeCheck } from './check';
import { AURORA_PRECHECKS } from './manuals';
import { number, show, text } from './queries';

/** CONVERT XID: a binary xid would break clients that decode text. */
const XA_RECOVER = show('prepared-xa', 'XA RECOVER CONVERT XID');

export const xaPrepared: UpgradeCheck = {
  id: 'xaPrepared',
  auroraId: 'auroraUpgradeCheckForIncompleteXATransactions',
  title: 'XA transactions in the prepared state',
  group: 'operational',
  severity: 'error',
  whyItMatters:
    'Aurora cancels a major version upgrade when it finds a prepared XA transaction. A reboot or a failover does not remove it: it holds its locks until somebody commits it or rolls it back.',
  documentation: AURORA_PRECHECKS,
  needs: 'nothing on 5.7; XA_RECOVER_ADMIN from 8.0 on',
  queries: [XA_RECOVER],
  appliesTo: () => true,
  async run(context) {
    return (await context.read(XA_RECOVER)).map((row) => {
      const xid = decodeXid(row);
      return {
        level: 'error',
        object: xid.statementForm,
        description: `A prepared XA transaction: gtrid ${xid.gtrid}, bqual ${xid.bqual}, format ${xid.formatId}.`,
        cure: `Ask its transaction manager for the outcome, then: XA COMMIT ${xid.statementForm}; or: XA ROLLBACK ${xid.statementForm};`,
      };
    });
  },
};

interface Xid {
  readonly gtrid: string;
  readonly bqual: string;
  readonly formatId: string;
  /** As XA COMMIT and XA ROLLBACK take it. */
  readonly statementForm: string;
}

/** `data` is 0x, then the bytes of gtrid and bqual in hexadecimal. */
export function decodeXid(row: Row): Xid {
  const hex = text(row, 'data').replace(/^0x/i, '');
  const gtrid = hex.slice(0, 2 * number(row, 'gtrid_length'));
  const bqual = hex.slice(gtrid.length, gtrid.length + 2 * number(row, 'bqual_length'));
  const formatId = text(row, 'formatID');
  return {
    gtrid: readable(gtrid),
    bqual: readable(bqual),
    formatId,
    statementForm: `X'${gtrid}',X'${bqual}',${formatId}`,
  };
}

function readable(hex: string): string {
  const characters = Buffer.from(hex, 'hex').toString('latin1');
  return /^[\x20-\x7e]*$/.test(characters) ? `'${characters}'` : `0x${hex}`;
}
