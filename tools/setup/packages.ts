import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram, rabbitmqPrograms } from '../stack/servers/programs.js';

/** What a command needs from outside npm. */
export interface Wants {
  readonly databases: boolean;
  readonly brokers: boolean;
  readonly hypervisor: boolean;
  /** The tools that make the image of the demonstration. */
  readonly image: boolean;
  readonly client: boolean;
  /** Nova's own test suite. */
  readonly tempest?: boolean;
}

/** The Debian packages for it. The -core packages bring the programs without a service for the whole machine. */
export const packagesFor = (wants: Wants, sources: string): string[] => {
  const ask = (script: string) => execFileSync(join(sources, script), ['--packages'], { encoding: 'utf8' }).trim().split(/\s+/);
  return [
    ...new Set([
      ...(wants.databases ? ['mariadb-server-core', 'mariadb-client-core'] : []),
      ...(wants.brokers ? ['rabbitmq-server'] : []),
      ...(wants.hypervisor ? ask('tools/libvirt/libvirtd-host.sh') : []),
      ...(wants.image ? ask('tools/image/make-image.sh') : []),
      ...(wants.client ? ['python3-openstackclient'] : []),
      ...(wants.tempest ? ['python3-tempest'] : []),
    ]),
  ];
};

/** Those of the packages that dpkg does not know as installed. */
export const missingPackages = (packages: readonly string[]): string[] => {
  // dpkg-query fails when it knows one of them not at all, and lists the others all the same.
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is dpkg's own syntax
  const { stdout } = spawnSync('dpkg-query', ['-W', '-f', '${Package} ${db:Status-Status}\n', ...packages], { encoding: 'utf8' });
  const installed = new Set(stdout.split('\n').flatMap(line => (line.endsWith(' installed') ? [line.split(' ')[0]] : [])));
  return packages.filter(name => !installed.has(name));
};

/** On systems without dpkg: the programs that are not there, each with what brings it. */
export const missingPrograms = (wants: Wants): string[] => {
  const programs = [
    ...(wants.databases ? ['mariadbd', 'mariadb-install-db'].map(name => ({ name, from: 'MariaDB 10.6 or newer' })) : []),
    ...(wants.brokers ? ['epmd', 'erl_call'].map(name => ({ name, from: 'Erlang' })) : []),
    ...(wants.hypervisor ? ['libvirtd', 'virsh'].map(name => ({ name, from: 'libvirt' })) : []),
    ...(wants.hypervisor ? ['qemu-system-x86_64', 'qemu-img'].map(name => ({ name, from: 'QEMU' })) : []),
    ...(wants.client ? [{ name: 'openstack', from: 'python-openstackclient' }] : []),
    ...(wants.tempest ? [{ name: 'tempest', from: 'tempest' }] : []),
  ];
  const missing = programs.filter(({ name }) => !isThere(() => findProgram(name))).map(({ name, from }) => `${name} (${from})`);
  const broker = wants.brokers && !isThere(rabbitmqPrograms) ? ['rabbitmq-server (RabbitMQ 3.10 or newer)'] : [];
  return [...missing, ...broker];
};

const isThere = (find: () => string): boolean => {
  try {
    find();
    return true;
  } catch {
    return false;
  }
};

/** Debian, Ubuntu and what calls itself like them. @param file which says what the system is */
export const isDebianLike = (file = '/etc/os-release'): boolean => {
  try {
    return /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(readFileSync(file, 'utf8'));
  } catch {
    return false;
  }
};
