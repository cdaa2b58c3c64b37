/**
 * Functions that a newer version lacks. Each name was called on 5.7.29, which knows it, and on 9.7.4, which does not (1305,
 * for PASSWORD and CONTAINS 1064); since when is from the MySQL manuals.
 */
import type { Level } from './check';
import { crosses, type Crossing, type MysqlNumbers } from './crossing';

type Replacements = Readonly<Record<string, string>>;

const ENCRYPTION: Replacements = {
  ENCODE: 'AES_ENCRYPT()',
  DECODE: 'AES_DECRYPT(), after the data has been encrypted anew on blue',
  ENCRYPT: 'SHA2(), or hashing in the application',
  DES_ENCRYPT: 'AES_ENCRYPT()',
  DES_DECRYPT: 'AES_DECRYPT(), after the data has been encrypted anew on blue',
  PASSWORD: 'SHA2(), or hashing in the application',
};

/** Those whose new name is ST_ and the old one. */
const ST_PREFIX =
  'AREA ASBINARY ASTEXT ASWKB ASWKT BUFFER CENTROID CONVEXHULL CROSSES DIMENSION DISTANCE ENDPOINT ENVELOPE EXTERIORRING ' +
  'GEOMCOLLFROMTEXT GEOMCOLLFROMWKB GEOMETRYCOLLECTIONFROMTEXT GEOMETRYCOLLECTIONFROMWKB GEOMETRYFROMTEXT GEOMETRYFROMWKB ' +
  'GEOMETRYN GEOMETRYTYPE GEOMFROMTEXT GEOMFROMWKB INTERIORRINGN ISCLOSED ISEMPTY ISSIMPLE LINEFROMTEXT LINEFROMWKB ' +
  'LINESTRINGFROMTEXT LINESTRINGFROMWKB MLINEFROMTEXT MLINEFROMWKB MPOINTFROMTEXT MPOINTFROMWKB MPOLYFROMTEXT MPOLYFROMWKB ' +
  'MULTILINESTRINGFROMTEXT MULTILINESTRINGFROMWKB MULTIPOINTFROMTEXT MULTIPOINTFROMWKB MULTIPOLYGONFROMTEXT ' +
  'MULTIPOLYGONFROMWKB NUMGEOMETRIES NUMINTERIORRINGS NUMPOINTS POINTFROMTEXT POINTFROMWKB POINTN POLYFROMTEXT POLYFROMWKB ' +
  'POLYGONFROMTEXT POLYGONFROMWKB SRID STARTPOINT TOUCHES X Y';

/** Those that compared bounding boxes under a name that promised more. */
const MBR_PREFIX = 'CONTAINS DISJOINT EQUALS INTERSECTS OVERLAPS WITHIN';

const SPATIAL: Replacements = {
  ...withPrefix('ST_', ST_PREFIX),
  ...withPrefix('MBR', MBR_PREFIX),
  GLENGTH: 'ST_LENGTH()',
  MBREQUAL: 'MBREQUALS()',
};

const HASHING: Replacements = {
  MD5: 'SHA2(), or the component of classic hash functions, where the platform offers it',
  SHA: 'SHA2(), or the component of classic hash functions, where the platform offers it',
  SHA1: 'SHA2(), or the component of classic hash functions, where the platform offers it',
};

interface Removal {
  readonly since: MysqlNumbers;
  readonly level: Level;
  readonly functions: Replacements;
}

const REMOVED: readonly Removal[] = [
  { since: [8, 0, 11], level: 'error', functions: { ...ENCRYPTION, ...SPATIAL } },
  {
    since: [8, 4, 0],
    level: 'error',
    functions: { WAIT_UNTIL_SQL_THREAD_AFTER_GTIDS: 'WAIT_FOR_EXECUTED_GTID_SET()' },
  },
  // With file://component_classic_hashing the server has them still (tried on 9.7.4).
  { since: [9, 6, 0], level: 'warning', functions: HASHING },
];

export interface RemovedFunction {
  readonly level: Level;
  readonly replacement: string;
}

/** By its name in upper case, each function that goes away on the way. */
export function newlyRemovedFunctions(crossing: Crossing): ReadonlyMap<string, RemovedFunction> {
  return new Map(
    REMOVED.filter(({ since }) => crosses(crossing, ...since)).flatMap(({ level, functions }) =>
      Object.entries(functions).map(([name, replacement]) => [name, { level, replacement }] as const),
    ),
  );
}

function withPrefix(prefix: string, names: string): Replacements {
  return Object.fromEntries(names.split(' ').map((name) => [name, `${prefix}${name}()`]));
}
