import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { installByHand, installCommand } from './install-command.js';
import { isDebianLike, missingPackages, missingPrograms } from './packages.js';

const script = '/canopy/tools/setup/install-debian.sh';
const missing = ['rabbitmq-server', 'mariadb-server-core'];

describe('on Debian', () => {
  it('nothing is run when nothing is missing, whoever the user is', () => {
    expect(installCommand({ missing: [], script, asRoot: undefined })).toBeUndefined();
  });

  it('root runs the script with the missing packages, another by sudo', () => {
    expect(installCommand({ missing, script, asRoot: [] })).toEqual([script, ...missing]);
    expect(installCommand({ missing, script, asRoot: ['/usr/bin/sudo'] })).toEqual(['/usr/bin/sudo', script, ...missing]);
  });

  it('who is not root and has no sudo is told the one command', () => {
    expect(() => installCommand({ missing, script, asRoot: undefined })).toThrow(
      `Debian packages are missing, and this user may not install them. As root, run:\n  ${script} rabbitmq-server mariadb-server-core\nthen run this again`,
    );
  });

  it('a package that no Debian has is missing', () => {
    expect(missingPackages(['canopy-has-no-such-package'])).toEqual(['canopy-has-no-such-package']);
  });
});

describe('on another system', () => {
  it('what is missing is named, and waited for where somebody sits at a terminal', () => {
    expect(installByHand(['epmd (Erlang)', 'virsh (libvirt)'], { terminal: true })).toBe(
      'this is neither Debian nor Ubuntu, so please install: epmd (Erlang), virsh (libvirt). This goes on as soon as they are there',
    );
  });

  it('the start ends with one line where nobody does', () => {
    expect(() => installByHand(['epmd (Erlang)'], { terminal: false })).toThrow(
      'this is neither Debian nor Ubuntu, so please install: epmd (Erlang); then run this again',
    );
  });

  it('nothing is said when nothing is missing, or wanted', () => {
    expect(installByHand([], { terminal: false })).toBeUndefined();
    const nothing = { databases: false, brokers: false, hypervisor: false, image: false, client: false };
    expect(missingPrograms(nothing)).toEqual([]);
  });
});

it.each([
  ['ID=debian\n', true],
  ['NAME="Linux Mint"\nID=linuxmint\nID_LIKE="ubuntu debian"\n', true],
  ['ID=fedora\n', false],
  ['ID=rhel\nNAME="better than debian"\n', false],
])('a system that says %j is Debian-like: %s', (text, expected) => {
  const directory = mkdtempSync(join(tmpdir(), 'canopy-release-'));
  const file = join(directory, 'os-release');
  try {
    expect(isDebianLike(file)).toBe(false);
    writeFileSync(file, text);
    expect(isDebianLike(file)).toBe(expected);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
