'use strict';
/** Reads the Debian mirror of this machine from apt's own sources, in both formats that apt knows (sources.list(5)). */
const fs = require('node:fs');
const path = require('node:path');

const RELEASES = 'buster|bullseye|bookworm|trixie|forky|duke|sid|unstable|testing|stable|oldstable';
const DEBIAN_SUITE = new RegExp(`^(${RELEASES})(-updates)?$`);
const KEYRINGS = ['/usr/share/keyrings/debian-archive-keyring.gpg', '/usr/share/keyrings/debian-archive-keyring.pgp'];

/**
 * The first binary source with a Debian suite and the component main: `{uri, signedBy}`, where `signedBy` is a keyring
 * path, or undefined when apt's own trusted keys are to be used. Undefined when there is none.
 */
function findDebianSource(etc = '/etc/apt', keyrings = KEYRINGS) {
  const parts = path.join(etc, 'sources.list.d');
  const files = [path.join(etc, 'sources.list')];
  if (fs.existsSync(parts))
    files.push(
      ...fs
        .readdirSync(parts)
        .sort()
        .map((name) => path.join(parts, name)),
    );
  for (const file of files) {
    if (!fs.existsSync(file)) continue;
    const text = fs.readFileSync(file, 'utf8');
    const entries = file.endsWith('.sources') ? parseDeb822(text) : file.endsWith('.list') ? parseOneLine(text) : [];
    const entry = entries.find(isDebian);
    if (entry) return { uri: entry.uri, signedBy: keyringOf(entry, keyrings) };
  }
  return undefined;
}

/** The deb822 source of suite unstable on the same mirror. */
function unstableSource({ uri, signedBy }) {
  const lines = ['Types: deb', `URIs: ${uri}`, 'Suites: unstable', 'Components: main', 'Architectures: amd64'];
  if (signedBy) lines.push(`Signed-By: ${signedBy}`);
  return `${lines.join('\n')}\n`;
}

function parseDeb822(text) {
  const stanzas = text.replace(/^#.*\n?/gm, '').split(/\n\s*\n/);
  return stanzas.flatMap((stanza) => {
    const fields = {};
    for (const match of stanza.matchAll(/^([\w-]+):[ \t]*(.*(?:\n[ \t]+.*)*)/gm)) {
      fields[match[1].toLowerCase()] = match[2].trim();
    }
    if (!fields.uris || /^no$/i.test(fields.enabled || 'yes')) return [];
    return words(fields.uris).map((uri) => ({
      types: words(fields.types),
      uri,
      suites: words(fields.suites),
      components: words(fields.components),
      signedBy: fields['signed-by'],
    }));
  });
}

function parseOneLine(text) {
  return text.split('\n').flatMap((line) => {
    const match = /^\s*(deb)\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s+([^#]+)/.exec(line);
    if (!match) return [];
    const signedBy = /signed-by=(\S+)/.exec(match[2] || '');
    return [
      { types: ['deb'], uri: match[3], suites: [match[4]], components: words(match[5]), signedBy: signedBy?.[1] },
    ];
  });
}

function isDebian(entry) {
  const isArchive = !/security/.test(entry.uri) && entry.suites.some((suite) => DEBIAN_SUITE.test(suite));
  return isArchive && entry.types.includes('deb') && entry.components.includes('main');
}

/** A keyring file named in the source, else the machine's Debian keyring; an inline key is replaced by that too. */
function keyringOf(entry, keyrings) {
  if (entry.signedBy && entry.signedBy.startsWith('/') && fs.existsSync(entry.signedBy)) return entry.signedBy;
  return keyrings.find((file) => fs.existsSync(file));
}

function words(value) {
  return (value || '').split(/\s+/).filter(Boolean);
}

module.exports = { findDebianSource, unstableSource };
