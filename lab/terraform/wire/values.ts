/** Terraform's values: what the plugin protocol carries as MessagePack. */
import { decode, encode, ExtensionCodec } from '@msgpack/msgpack';

/** A value that is known only after apply. */
export const UNKNOWN: unique symbol = Symbol('unknown until apply');

export type Value = null | boolean | number | string | typeof UNKNOWN | readonly Value[] | Attributes;
export interface Attributes {
  readonly [name: string]: Value;
}

/** Extension 0 stands for unknown, with any content (the protocol's object wire format). */
const UNKNOWN_EXTENSION = 0;

const extensionCodec = new ExtensionCodec();
extensionCodec.register({
  type: UNKNOWN_EXTENSION,
  encode: (value) => (value instanceof UnknownMarker ? new Uint8Array([0]) : null),
  decode: () => UNKNOWN,
});
// Later releases of Terraform refine unknown values ("not null") by extension 12; to a planner they are simply unknown.
extensionCodec.register({ type: 12, encode: () => null, decode: () => UNKNOWN });

export interface DynamicValue {
  readonly msgpack: Buffer;
}

export function encodeValue(value: Value): DynamicValue {
  return { msgpack: Buffer.from(encode(withMarkers(value), { extensionCodec })) };
}

/** An absent value is null. Throws when the bytes are not MessagePack. */
export function decodeValue(
  value: { readonly msgpack?: Uint8Array; readonly json?: Uint8Array } | null | undefined,
): Value {
  if (value?.msgpack?.length) return decode(value.msgpack, { extensionCodec }) as Value;
  if (value?.json?.length) return JSON.parse(Buffer.from(value.json).toString('utf8')) as Value;
  return null;
}

export function isAttributes(value: Value | undefined): value is Attributes {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object that every resource and block is; null when there is none. Throws for anything else. */
export function attributesOf(value: Value): Attributes | null {
  if (value === null || isAttributes(value)) return value;
  throw new TypeError('expected an object of attributes');
}

/** The codec cannot encode a symbol, so unknown values travel as instances of this class. */
class UnknownMarker {
  readonly isUnknown = true;
}

function withMarkers(value: Value): unknown {
  if (value === UNKNOWN) return new UnknownMarker();
  if (Array.isArray(value)) return value.map((item: Value) => withMarkers(item));
  if (isAttributes(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withMarkers(item)]));
  }
  return value;
}
