import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface Saved {
  readonly prefix: string;
  readonly addresses: Record<string, string>;
  readonly published: string[];
}

/** Addresses with a fixed last number; endpoints get theirs from `FIRST_ENDPOINT` on. */
const FIXED = { 'dns.lab': 2, 'application.lab': 10 } as const;
const FIRST_ENDPOINT = 20;
const LAST_ENDPOINT = 250;

export type FixedName = keyof typeof FIXED;

/**
 * Which name of the lab has which address. A name keeps its address as long as the lab's directory exists, so that a
 * restart changes nothing a client has learnt. Published names stand in `hostsFile`, in the format of hosts(5) and
 * replaced atomically, for servers that resolve names through it.
 */
export class AddressBook {
  readonly hostsFile: string;
  private readonly file: string;
  private readonly saved: Saved;

  private constructor(dir: string, saved: Saved) {
    this.file = join(dir, 'addresses.json');
    this.hostsFile = join(dir, 'hosts');
    this.saved = saved;
    this.save();
  }

  /** Opens the book of `dir`; `undefined` when it has none yet. */
  static reopen(dir: string): AddressBook | undefined {
    let text: string;
    try {
      text = readFileSync(join(dir, 'addresses.json'), 'utf8');
    } catch {
      return undefined;
    }
    return new AddressBook(dir, JSON.parse(text) as Saved);
  }

  static create(dir: string, prefix: string): AddressBook {
    const addresses = Object.fromEntries(
      Object.entries(FIXED).map(([name, last]) => [name, `${prefix}.${String(last)}`]),
    );
    return new AddressBook(dir, { prefix, addresses, published: [] });
  }

  get prefix(): string {
    return this.saved.prefix;
  }

  fixed(name: FixedName): string {
    return `${this.saved.prefix}.${String(FIXED[name])}`;
  }

  /** The address that the name has or will have; the name does not resolve yet. */
  reserve(name: string): string {
    const address = this.saved.addresses[name] ?? this.allocate();
    if (this.saved.addresses[name] === undefined) {
      this.saved.addresses[name] = address;
      this.save();
    }
    return address;
  }

  /** Gives the name its address, the one it had before if there was one, and publishes it. */
  publish(name: string): string {
    const address = this.reserve(name);
    if (!this.saved.published.includes(name)) this.saved.published.push(name);
    this.save();
    return address;
  }

  /** The name resolves no more; its address stays reserved for it. */
  withdraw(name: string): void {
    const index = this.saved.published.indexOf(name);
    if (index < 0) return;
    this.saved.published.splice(index, 1);
    this.save();
  }

  private allocate(): string {
    const taken = new Set(Object.values(this.saved.addresses));
    for (let last = FIRST_ENDPOINT; last <= LAST_ENDPOINT; last += 1) {
      const address = `${this.saved.prefix}.${String(last)}`;
      if (!taken.has(address)) return address;
    }
    throw new Error(
      `The lab has handed out all ${String(LAST_ENDPOINT - FIRST_ENDPOINT + 1)} addresses of ${this.saved.prefix}.0/24, so ` +
        'this endpoint cannot be opened. Start a new lab: names keep their addresses for the life of a lab.',
    );
  }

  private save(): void {
    replaceFile(this.file, `${JSON.stringify(this.saved, undefined, 2)}\n`);
    const lines = this.saved.published.map((name) => `${this.saved.addresses[name] ?? ''} ${name}\n`);
    replaceFile(this.hostsFile, lines.join(''));
  }
}

function replaceFile(file: string, text: string): void {
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}
