// What must happen before anything that is compiled or installed can run: Node's version, npm's packages, the build.
// Plain JavaScript on Node's built-ins only.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const OLDEST_NODE = [20, 19];

/** Ends the process with one line when something is missing that nothing here can mend. */
export const fail = message => {
  console.error(`canopy: ${message}`);
  process.exit(1);
};

export const checkNode = () => {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  fail(
    `this is Node ${process.versions.node}, and Canopy needs ${OLDEST_NODE.join('.')} or newer: install a newer Node and run this again`,
  );
};

/** @param {{ build?: boolean }} options */
export const bootstrap = async ({ build = true } = {}) => {
  checkNode();
  if (!packagesAreInstalled()) await installPackages();
  if (build || !existsSync(join(root, 'dist/tools'))) buildAll();
};

/** Compares what is installed with what the lock file wants, package by package: times of files say nothing after a copy. */
const packagesAreInstalled = () => {
  const wanted = readJson(join(root, 'package-lock.json'))?.packages;
  const installed = readJson(join(root, 'node_modules/.package-lock.json'))?.packages;
  if (!wanted) fail('package-lock.json is missing or broken: get it from the repository again');
  if (!installed) return false;
  return Object.entries(wanted).every(([path, { version, optional }]) => path === '' || optional || installed[path]?.version === version);
};

const readJson = path => {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
};

const installPackages = async () => {
  console.log("Installing Canopy's npm packages (npm ci) …");
  const started = performance.now();
  const ticker = setInterval(() => console.log(`  still installing, ${seconds(started)} s`), 10_000);
  const { code, output } = await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  clearInterval(ticker);
  if (code !== 0) fail(`npm ci failed:\n  ${tellingLines(output).join('\n  ')}`);
  console.log(`  installed in ${seconds(started)} s`);
};

/** npm says what is wrong first, and ends with pages of help. */
const tellingLines = output =>
  output
    .split('\n')
    .map(line => line.replace(/^npm error */, '').trim())
    .filter(line => line !== '' && !line.startsWith('npm warn'))
    .slice(0, 6);

const buildAll = () => {
  const compiler = join(root, 'node_modules/typescript-native/bin/tsc');
  const { status, stdout } = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], { cwd: root, encoding: 'utf8' });
  if (status !== 0) fail(`the build failed:\n${stdout.split('\n').slice(0, 20).join('\n')}`);
};

const seconds = since => Math.round((performance.now() - since) / 1000);

const run = (command, args) =>
  new Promise(resolve => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', chunk => (output += chunk));
    child.stderr.on('data', chunk => (output += chunk));
    child.once('error', error => resolve({ code: 1, output: error.message }));
    child.once('close', code => resolve({ code, output }));
  });
