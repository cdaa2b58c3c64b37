import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { createServer, type Server, type Socket } from 'node:net';
import {
  AUTHORITATIVE_ANSWER,
  decode,
  encode,
  streamEncode,
  type Packet,
  type Question,
  type StringAnswer,
  type SoaAnswer,
} from 'dns-packet';
import type { DnsZone } from '../contract';

export interface DnsAnswer {
  readonly code: 'NOERROR' | 'NXDOMAIN';
  readonly answers: readonly StringAnswer[];
}

/** RCODE 3 of RFC 1035; dns-packet wants it as bits of the flags. */
const NXDOMAIN = 3;
const MAX_CHAIN = 8;

/**
 * Answers one question from the zone, following CNAMEs inside it as an authoritative server does. `NOERROR` without an
 * answer of the type that was asked is NODATA (all AAAA questions end so); a name with no record at all is `NXDOMAIN`.
 */
export function answerQuestion(zone: DnsZone, name: string, type: string): DnsAnswer {
  const answers: StringAnswer[] = [];
  let owner = name.toLowerCase().replace(/\.$/, '');
  for (let length = 0; length < MAX_CHAIN; length += 1) {
    const addresses = zone.lookup(owner, 'A');
    if (addresses.length > 0) {
      if (type === 'A') answers.push(...toAnswers(owner, 'A', addresses));
      return { code: 'NOERROR', answers };
    }
    const aliases = zone.lookup(owner, 'CNAME');
    const [alias] = aliases;
    if (alias === undefined) return { code: answers.length > 0 ? 'NOERROR' : 'NXDOMAIN', answers };
    answers.push(...toAnswers(owner, 'CNAME', [alias]));
    if (type === 'CNAME') return { code: 'NOERROR', answers };
    owner = alias.value.toLowerCase().replace(/\.$/, '');
  }
  return { code: 'NOERROR', answers };
}

/** A DNS server for the lab, UDP and TCP on the same port. It answers each question from the zone as it is then. */
export class DnsServer {
  private constructor(
    private readonly udp: UdpSocket,
    private readonly tcp: Server,
    private readonly streams: Set<Socket>,
    readonly port: number,
  ) {}

  /** `port` 0 takes a free one. Rejects when the address cannot be bound. */
  static async open(zone: DnsZone, host: string, port = 0): Promise<DnsServer> {
    const tcp = createServer();
    const streams = new Set<Socket>();
    tcp.on('connection', (stream) => {
      streams.add(stream);
      stream.on('close', () => streams.delete(stream));
      serveStream(zone, stream);
    });
    await new Promise<void>((resolve, reject) => {
      tcp.once('error', reject);
      tcp.listen(port, host, resolve);
    });
    const bound = tcp.address();
    const boundPort = typeof bound === 'object' && bound !== null ? bound.port : port;
    const udp = createSocket('udp4');
    await new Promise<void>((resolve, reject) => {
      udp.once('error', reject);
      udp.bind(boundPort, host, resolve);
    });
    udp.on('message', (message, from) => {
      const query = tryDecode(message);
      if (query !== undefined) udp.send(encode(respond(zone, query)), from.port, from.address);
    });
    return new DnsServer(udp, tcp, streams, boundPort);
  }

  async close(): Promise<void> {
    for (const stream of this.streams) stream.destroy();
    await Promise.all([
      new Promise<void>((resolve) => {
        this.udp.close(() => {
          resolve();
        });
      }),
      new Promise<void>((resolve) => {
        this.tcp.close(() => {
          resolve();
        });
      }),
    ]);
  }
}

function serveStream(zone: DnsZone, stream: Socket): void {
  let pending = Buffer.alloc(0);
  stream.on('error', () => undefined);
  stream.on('data', (chunk: Buffer) => {
    pending = Buffer.concat([pending, chunk]);
    while (pending.length >= 2 && pending.length >= 2 + pending.readUInt16BE(0)) {
      const end = 2 + pending.readUInt16BE(0);
      const query = tryDecode(pending.subarray(2, end));
      pending = pending.subarray(end);
      if (query === undefined) stream.destroy();
      else stream.write(streamEncode(respond(zone, query)));
    }
  });
}

function tryDecode(message: Buffer): Packet | undefined {
  try {
    return decode(message);
  } catch {
    return undefined;
  }
}

function respond(zone: DnsZone, query: Packet): Packet {
  const question: Question | undefined = query.questions?.[0];
  const { code, answers }: DnsAnswer =
    question === undefined ? { code: 'NOERROR', answers: [] } : answerQuestion(zone, question.name, question.type);
  const isEmpty = question !== undefined && !answers.some((answer) => answer.type === question.type);
  return {
    type: 'response',
    id: query.id ?? 0,
    flags: AUTHORITATIVE_ANSWER | ((query.flags ?? 0) & 0x0100) | (code === 'NXDOMAIN' ? NXDOMAIN : 0),
    questions: question === undefined ? [] : [question],
    answers: [...answers],
    authorities: isEmpty ? [startOfAuthority(question.name)] : [],
  };
}

/** Its last number is how long a resolver may remember that there is nothing: a second, so that a test need not wait. */
function startOfAuthority(name: string): SoaAnswer {
  const zone = name.split('.').slice(-2).join('.');
  return {
    type: 'SOA',
    name: zone,
    ttl: 1,
    data: {
      mname: `ns.${zone}`,
      rname: `hostmaster.${zone}`,
      serial: 1,
      refresh: 60,
      retry: 60,
      expire: 60,
      minimum: 1,
    },
  };
}

function toAnswers(
  name: string,
  type: 'A' | 'CNAME',
  records: readonly { readonly value: string; readonly ttlSeconds: number }[],
): StringAnswer[] {
  return records.map((record) => ({ name, type, class: 'IN', ttl: record.ttlSeconds, data: record.value }));
}
