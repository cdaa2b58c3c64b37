/** The lab's certificate authority and the certificates of its servers; no openssl program is needed. */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { pki, md } from 'node-forge';

/** Files in PEM format; `key` has mode 0600. */
export interface ServerCertificate {
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
}

const DAY_MS = 86_400_000;
const VALID_DAYS = 825;
const CA_SUBJECT = [
  { name: 'commonName', value: 'aurora-cutover lab CA' },
  { name: 'organizationName', value: 'aurora-cutover lab' },
];

/** Path of the authority's certificate in `folder`; it is made when it is not there yet. */
export function ensureAuthority(folder: string): string {
  const certificateFile = join(folder, 'ca.pem');
  const keyFile = join(folder, 'ca-key.pem');
  if (existsSync(certificateFile) && existsSync(keyFile)) return certificateFile;
  mkdirSync(folder, { recursive: true });
  const keys = makeKeys();
  const certificate = newCertificate(keys.publicKey, CA_SUBJECT, CA_SUBJECT);
  certificate.setExtensions([
    { name: 'basicConstraints', cA: true, critical: true },
    { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    { name: 'subjectKeyIdentifier' },
  ]);
  certificate.sign(keys.privateKey, md.sha256.create());
  writeAtomically(keyFile, pki.privateKeyToPem(keys.privateKey), 0o600);
  writeAtomically(certificateFile, pki.certificateToPem(certificate), 0o644);
  return certificateFile;
}

/**
 * Certificate of one server, signed by the authority in `folder`, valid for `names`: DNS names (a leading `*.` is
 * allowed) and IP addresses. An existing one is replaced: names may have been added.
 */
export function issueServerCertificate(folder: string, server: string, names: readonly string[]): ServerCertificate {
  const ca = ensureAuthority(folder);
  const caCertificate = pki.certificateFromPem(readFileSync(ca, 'utf8'));
  const caKey = pki.privateKeyFromPem(readFileSync(join(folder, 'ca-key.pem'), 'utf8'));
  const keys = makeKeys();
  const subject = [{ name: 'commonName', value: server.slice(0, 64) }];
  const certificate = newCertificate(keys.publicKey, subject, caCertificate.subject.attributes);
  certificate.setExtensions([
    { name: 'basicConstraints', cA: false },
    { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
    { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
    { name: 'subjectAltName', altNames: names.map((name) => alternativeName(name)) },
    { name: 'authorityKeyIdentifier', keyIdentifier: caCertificate.generateSubjectKeyIdentifier().getBytes() },
  ]);
  certificate.sign(caKey, md.sha256.create());
  const files = { ca, certificate: join(folder, `${server}.pem`), key: join(folder, `${server}-key.pem`) };
  writeAtomically(files.key, pki.privateKeyToPem(keys.privateKey), 0o600);
  writeAtomically(files.certificate, pki.certificateToPem(certificate), 0o644);
  return files;
}

/** Types of GeneralName in RFC 5280 4.2.1.6: 2 is a DNS name, 7 an IP address. */
function alternativeName(name: string): { type: 2; value: string } | { type: 7; ip: string } {
  return isIP(name) === 0 ? { type: 2, value: name } : { type: 7, ip: name };
}

function newCertificate(
  publicKey: pki.rsa.PublicKey,
  subject: pki.CertificateField[],
  issuer: pki.CertificateField[],
): pki.Certificate {
  const certificate = pki.createCertificate();
  certificate.publicKey = publicKey;
  // A leading zero bit keeps the serial number positive, as RFC 5280 asks.
  certificate.serialNumber = `01${randomBytes(12).toString('hex')}`;
  certificate.validity.notBefore = new Date(Date.now() - DAY_MS);
  certificate.validity.notAfter = new Date(Date.now() + VALID_DAYS * DAY_MS);
  certificate.setSubject(subject);
  certificate.setIssuer(issuer);
  return certificate;
}

/** Keys come from node:crypto: node-forge alone would take seconds for each. */
function makeKeys(): { readonly publicKey: pki.rsa.PublicKey; readonly privateKey: pki.rsa.PrivateKey } {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = privateKey.export({ type: 'pkcs1', format: 'pem' });
  const key = pki.privateKeyFromPem(pem.toString());
  return { privateKey: key, publicKey: pki.setRsaPublicKey(key.n, key.e) };
}

function writeAtomically(file: string, text: string, mode: number): void {
  const temporary = `${file}.new`;
  writeFileSync(temporary, text, { mode });
  renameSync(temporary, file);
}
