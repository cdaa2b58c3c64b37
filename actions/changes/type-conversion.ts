/** What becomes of a value whose column has another type on the replica. Tried, see row-compatibility.ts. Pure. */
import type { Column } from './table-model';

export type TypeChange =
  | { readonly is: 'same' }
  /** The replica refuses the first row; `unless`: the conversions under which it would not. */
  | { readonly is: 'stops'; readonly unless?: 'ALL_NON_LOSSY' }
  /** It goes on with other values. */
  | { readonly is: 'alters'; readonly why: string }
  /** It goes on, with other values where there are values that the replica does not know. */
  | { readonly is: 'may-alter'; readonly why: string };

/** `conversions`: the replica's `replica_type_conversions`, such as `ALL_NON_LOSSY`. */
export function typeChange(from: Column, to: Column, conversions: string): TypeChange {
  if (from.charset !== to.charset)
    return {
      is: 'alters',
      why: `bytes of ${from.charset ?? 'no character set'} are stored as if they were ${to.charset ?? 'none'}: rows carry no conversion`,
    };
  if (from.type === to.type) return { is: 'same' };
  const [source, replica] = [partsOf(from.type), partsOf(to.type)];
  if (source.base === replica.base && (source.base === 'enum' || source.base === 'set'))
    return membersChange(source.members, replica.members, source.base);
  if (source.isUnsigned !== replica.isUnsigned)
    return { is: 'alters', why: `values beyond the range of ${to.type} silently become others: rows carry no sign` };
  const allows = new Set(conversions.toUpperCase().split(','));
  if (!isWider(source, replica)) {
    return allows.has('ALL_LOSSY')
      ? { is: 'may-alter', why: `values are cut to fit ${to.type}, since conversions that lose are allowed` }
      : { is: 'stops' };
  }
  return allows.has('ALL_NON_LOSSY') ? { is: 'same' } : { is: 'stops', unless: 'ALL_NON_LOSSY' };
}

interface Parts {
  readonly base: string;
  readonly sizes: readonly number[];
  readonly members: readonly string[];
  readonly isUnsigned: boolean;
}

function partsOf(type: string): Parts {
  const [, base = '', inside = ''] = /^([a-z]+)(?:\((.*)\))?/s.exec(type) ?? [];
  return {
    base,
    sizes: inside.split(',').map(Number).filter(Number.isFinite),
    members: inside.match(/'(?:[^']|'')*'/g) ?? [],
    isUnsigned: type.includes(' unsigned'),
  };
}

/** Values are numbers in the log: what the first members are called must agree. */
function membersChange(source: readonly string[], replica: readonly string[], base: string): TypeChange {
  const shared = Math.min(source.length, replica.length);
  if (source.slice(0, shared).join() !== replica.slice(0, shared).join())
    return { is: 'alters', why: `values are logged as numbers, and the same number is another value there` };
  if (bytesOf(source.length, base) !== bytesOf(replica.length, base)) return { is: 'stops' };
  return replica.length >= source.length
    ? { is: 'same' }
    : {
        is: 'may-alter',
        why: `values that are not known there (${source.slice(shared).join(', ')}) silently become ''`,
      };
}

function bytesOf(members: number, base: string): number {
  return base === 'enum' ? (members < 256 ? 1 : 2) : Math.ceil(members / 8);
}

const FAMILIES: readonly (readonly string[])[] = [
  ['tinyint', 'smallint', 'mediumint', 'int', 'bigint'],
  ['tinytext', 'text', 'mediumtext', 'longtext'],
  ['tinyblob', 'blob', 'mediumblob', 'longblob'],
  ['float', 'double'],
];

/** Every value of the one is a value of the other, and the server knows how to convert it (manual, Replication of Columns Having Different Data Types). */
function isWider(source: Parts, replica: Parts): boolean {
  const family = FAMILIES.find((one) => one.includes(source.base) && one.includes(replica.base));
  if (family) return family.indexOf(replica.base) > family.indexOf(source.base);
  const isText = (base: string): boolean => base === 'char' || base === 'varchar';
  const isBytes = (base: string): boolean => base === 'binary' || base === 'varbinary';
  const [size = 0, scale = 0] = source.sizes;
  const [otherSize = 0, otherScale = 0] = replica.sizes;
  if (source.base === 'decimal' && replica.base === 'decimal')
    return otherScale >= scale && otherSize - otherScale >= size - scale;
  const isAlike =
    source.base === replica.base
      ? isText(source.base) || isBytes(source.base) || source.base === 'bit'
      : isText(source.base) && isText(replica.base);
  return isAlike && otherSize >= size;
}
