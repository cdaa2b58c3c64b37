import { isServerAtLeast } from '../mysql/version';
import type { Row } from '../ports/mysql-server';
import type { Finding, UpgradeCheck } from './check';
import { crosses, isFrom57 } from './crossing';
import { AURORA_PRECHECKS } from './manuals';
import { IN_USER_SCHEMA, objectName, select, text } from './queries';

/** As bytes: information_schema cuts the text at the first one that it cannot convert (tried on 5.7.29). */
const BODIES = select(
  'routine-bodies',
  `SELECT db AS schema_name, name AS name, LOWER(type) AS kind, character_set_client AS charset,
  HEX(CONCAT(param_list, ' ', returns, ' ', body, ' ', comment)) AS text_hex
FROM mysql.proc WHERE db ${IN_USER_SCHEMA} AND HEX(CONCAT(param_list, returns, body, comment)) REGEXP '^(..)*[89A-F]' ORDER BY db, name`,
);

export const specialCharactersInRoutines: UpgradeCheck = {
  id: 'specialCharactersInRoutines',
  auroraId: 'auroraUpgradeCheckForSpecialCharactersInProcedures',
  title: 'Bytes in routines that are no characters',
  group: 'text',
  severity: 'error',
  whyItMatters:
    'The upgrade moves routines into the new dictionary as text. A byte that is no character there, typically a no-break space (0xA0) pasted from a document, stops it.',
  documentation: AURORA_PRECHECKS,
  needs: 'SELECT on mysql.proc',
  queries: [BODIES],
  appliesTo: (crossing) => isFrom57(crossing) && crosses(crossing, 8, 0, 0),
  async run(context) {
    if (isServerAtLeast(context.server.version, 8, 0, 0)) return [];
    return (await context.read(BODIES)).flatMap((row): Finding[] => {
      const found = strayByte(row);
      if (found === undefined) return [];
      return [
        {
          level: found.level,
          object: objectName(row, 'schema_name', 'name'),
          description: `The text of this ${text(row, 'kind')} has the byte 0x${found.byte}, which is ${found.why}.`,
          cure: 'Create it again from a client whose character set is utf8mb4, without such bytes.',
        },
      ];
    });
  },
};

/**
 * A byte that the routine's own character set lacks, or a bare 0xA0, which Aurora refuses, is an error. Other letters of a
 * one-byte character set convert well; only somebody who reads them in another one sees something else.
 */
export function strayByte(row: Row): { level: 'error' | 'warning'; byte: string; why: string } | undefined {
  const stray = strayBytes(Buffer.from(text(row, 'text_hex'), 'hex'));
  const first = [...stray][0];
  if (first === undefined) return undefined;
  const charset = text(row, 'charset');
  if (charset.startsWith('utf8')) return { level: 'error', byte: hex(first), why: `no character of ${charset}` };
  if (stray.has(0xa0)) return { level: 'error', byte: 'A0', why: `a no-break space written in ${charset}` };
  return { level: 'warning', byte: hex(first), why: `a letter of ${charset} and no UTF-8` };
}

/** Bytes that begin no well-formed UTF-8 character. */
function strayBytes(bytes: Buffer): ReadonlySet<number> {
  const stray = new Set<number>();
  for (let at = 0; at < bytes.length;) {
    const byte = bytes[at] ?? 0;
    const length = LENGTHS.find(([below]) => byte < below)?.[1] ?? 0;
    const tail = bytes.subarray(at + 1, at + length);
    const isWhole = length > 0 && tail.length === length - 1 && tail.every((next) => (next & 0xc0) === 0x80);
    if (!isWhole) stray.add(byte);
    at += isWhole ? length : 1;
  }
  return stray;
}

/** Length of a UTF-8 character by its first byte: of the first entry that is above it. */
const LENGTHS: readonly (readonly [below: number, length: number])[] = [
  [0x80, 1],
  [0xc2, 0],
  [0xe0, 2],
  [0xf0, 3],
  [0xf5, 4],
];

function hex(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, '0');
}
