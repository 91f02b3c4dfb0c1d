import type { LaunchSpec, Service } from './servers/service.js';

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** One way from a process to a broker that is not its own cell's: from a child to its parent's, from hosts to their cell's. */
export interface Link {
  /** The cell whose broker it leads to: CellPlan.id. */
  readonly cell: string;
  /** A child of that cell by name; undefined: the compute services of the cell itself. */
  readonly child: string | undefined;
}

/** Where the parts of a tree run and how they reach each other. */
export interface Machines {
  /** The address at which the servers of the cell listen and its own processes find them. */
  addressOf(cell: string): string;
  /** The address at which whoever comes over the link finds the broker that listens at `broker`. */
  overLink(link: Link, broker: Address): Address;
  /** Whether each cell sees only its own network: then Erlang's port mapper runs once per cell, too. */
  readonly apart: boolean;
  /** What is really run for the service. */
  launched(service: Service, spec: LaunchSpec): LaunchSpec;
}

/** Everything on this machine, at 127.0.0.1. */
export const THIS_MACHINE: Machines = {
  addressOf: () => '127.0.0.1',
  overLink: (_link, broker) => broker,
  apart: false,
  launched: (_service, spec) => spec,
};

/** The cell that a service belongs to, by its name: `api.west.mariadb` is of `api.west`. */
export const cellOfService = (name: string): string => name.slice(0, Math.max(0, name.lastIndexOf('.')));
