import { type CellName, type CellPath, nameOf, parentOf } from '#domain';
import { MemoryDatabase } from '../store/memory-database.js';
import { sampleChild } from '../store/sample-rows.js';
import { Link } from './broker.js';
import { SimulatedProcess } from './simulated-process.js';
import type { Surroundings } from './surroundings.js';
import type { CellPlan } from './tree.js';

/** One cell: its database, the processes that serve it, and its connection to its parent. */
export class SimulatedCell {
  readonly database = new MemoryDatabase();
  readonly link: Link | undefined;
  readonly processes: SimulatedProcess[] = [];
  private readonly disabled = new Map<string, number>();
  private started = 0;

  constructor(
    readonly plan: CellPlan,
    readonly surroundings: Surroundings,
  ) {
    for (const child of plan.children) this.database.children.put(child, sampleChild(child));
    if (this.parent) this.link = new Link(plan.path);
  }

  get path(): CellPath {
    return this.plan.path;
  }

  get name(): CellName {
    return nameOf(this.path);
  }

  get parent(): CellPath | undefined {
    return parentOf(this.path);
  }

  /** An operator disables a host of this cell, or enables it again. */
  setDisabled(host: string, disabled: boolean): void {
    if (disabled) this.disabled.set(host, this.surroundings.timeline.now());
    else this.disabled.delete(host);
  }

  /** For how long, in ms. */
  disabledFor(host: string): number {
    const since = this.disabled.get(host);
    return since === undefined ? 0 : this.surroundings.timeline.now() - since;
  }

  startProcess(): void {
    this.started += 1;
    this.processes.push(new SimulatedProcess(this, `${this.path}#${this.started}`));
  }

  kill(process: SimulatedProcess): void {
    this.processes.splice(this.processes.indexOf(process), 1);
    process.die();
  }
}
