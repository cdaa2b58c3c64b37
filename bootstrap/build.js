'use strict';
/**
 * `dist/`: actions/ and lab/ file by file as CommonJS, with their other files (.sql, .proto, ...) copied. The list of sources
 * with size and time is kept in dist/.built; while it is the same nothing is built, which costs a few milliseconds.
 * Files are replaced by renaming, so a command that is running meanwhile never reads half a file, and two builds at once
 * end in the same files.
 */
const fs = require('node:fs');
const path = require('node:path');

const FOLDERS = ['actions', 'lab'];
const MARKER = 'dist/.built';

/** Makes `dist/` fresh. Throws when a source does not parse, with its place. Says whether anything was built. */
function build(root) {
  let sources = scan(root);
  if (readText(path.join(root, MARKER)) === describe(sources)) return false;
  for (;;) {
    fs.rmSync(path.join(root, MARKER), { force: true });
    write(root, sources);
    const before = describe(sources);
    sources = scan(root);
    // A source that was saved meanwhile may stand in dist/ as it was before, so only an unchanged list ends the build.
    if (describe(sources) === before) break;
  }
  replaceFile(path.join(root, MARKER), describe(sources));
  return true;
}

function scan(root) {
  const found = [];
  const visit = (folder) => {
    for (const entry of fs.readdirSync(path.join(root, folder), { withFileTypes: true })) {
      const place = `${folder}/${entry.name}`;
      if (entry.isDirectory()) visit(place);
      else if (!entry.name.endsWith('.md')) found.push({ place, ...stampOf(root, place) });
    }
  };
  for (const folder of FOLDERS) if (fs.existsSync(path.join(root, folder))) visit(folder);
  return found;
}

function stampOf(root, place) {
  const { mtimeMs, size } = fs.statSync(path.join(root, place));
  return { mtimeMs, size };
}

/** This file is part of it: another way to build makes another `dist/`. */
function describe(sources) {
  const { mtimeMs } = fs.statSync(path.join(__dirname, 'build.js'));
  return [`build ${mtimeMs}`, ...sources.map(({ place, mtimeMs, size }) => `${place} ${mtimeMs} ${size}`)].join('\n');
}

function write(root, sources) {
  const { buildSync } = require('esbuild');
  const isCode = ({ place }) => place.endsWith('.ts') && !place.endsWith('.d.ts');
  const { outputFiles } = buildSync({
    absWorkingDir: root,
    entryPoints: sources.filter(isCode).map(({ place }) => place),
    outdir: 'dist',
    outbase: '.',
    bundle: false,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    // `import()` of our own modules becomes `require`: dist is CommonJS and names files without extensions.
    supported: { 'dynamic-import': false },
    sourcemap: true,
    write: false,
    logLevel: 'silent',
  });
  const kept = new Set();
  const put = (file, contents) => {
    kept.add(file);
    const held = readBytes(file);
    if (!held || !held.equals(contents)) replaceFile(file, contents);
  };
  for (const { path: file, contents } of outputFiles) put(file, Buffer.from(contents));
  for (const { place } of sources.filter((source) => !source.place.endsWith('.ts'))) {
    put(path.join(root, 'dist', place), fs.readFileSync(path.join(root, place)));
  }
  for (const folder of FOLDERS) removeOthers(path.join(root, 'dist', folder), kept);
}

/** What is left of a source that is gone must not be found by a `require` or a folder listing. */
function removeOthers(folder, kept) {
  if (!fs.existsSync(folder)) return;
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) removeOthers(file, kept);
    else if (!kept.has(file) && !entry.name.endsWith('.partial')) fs.rmSync(file, { force: true });
  }
}

function replaceFile(file, contents) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.partial`;
  fs.writeFileSync(temporary, contents);
  fs.renameSync(temporary, file);
}

function readBytes(file) {
  try {
    return fs.readFileSync(file);
  } catch {
    return undefined;
  }
}

function readText(file) {
  return readBytes(file)?.toString();
}

module.exports = { build };

if (require.main === module) {
  const isNew = build(path.resolve(__dirname, '..'));
  process.stderr.write(isNew ? 'dist/ built\n' : 'dist/ was fresh\n');
}
