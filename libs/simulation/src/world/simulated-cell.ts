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

  startProcess(): void {
    this.started += 1;
    this.processes.push(new SimulatedProcess(this, `${this.path}#${this.started}`));
  }

  kill(process: SimulatedProcess): void {
    this.processes.splice(this.processes.indexOf(process), 1);
    process.die();
  }
}
