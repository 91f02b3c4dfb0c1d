import { join } from 'node:path';

/** Where a stack keeps what it has, under one directory (`.canopy` by default). */
export interface Layout {
  readonly root: string;
  readonly state: string;
  readonly secrets: string;
  readonly processes: string;
  readonly openrc: string;
  readonly image: string;
  readonly images: string;
  config(name: string): string;
  log(name: string): string;
  /** What opens a child cell's own admin API. */
  adminToken(cellId: string): string;
  /** Of one server of one cell: `api.west.mariadb`. */
  server(name: string): string;
  /** Of one host: its libvirt state and its guests' files. */
  host(name: string): string;
}

export const layoutOf = (root: string): Layout => ({
  root,
  state: join(root, 'stack.json'),
  secrets: join(root, 'secrets.json'),
  processes: join(root, 'processes.json'),
  openrc: join(root, 'openrc'),
  image: join(root, 'tiny.qcow2'),
  images: join(root, 'images'),
  config: name => join(root, 'config', `${name}.yaml`),
  log: name => join(root, 'log', `${name}.log`),
  adminToken: cellId => join(root, 'cells', cellId, 'admin-token'),
  server: name => join(root, 'servers', name),
  host: name => join(root, 'hosts', name),
});
