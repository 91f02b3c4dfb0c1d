import { advance, fail, waitFor } from './outcome.js';
import type { WorkflowWorld } from './play-workflow.js';
import { defineWorkflow, type Step, type WorkflowHooks } from './workflow.js';

/* A build in small, for the specs of this library: rows in two tables, a guest on a host, commands and their answers. */

export interface BuildState {
  uuid: string;
  host: string | null;
}

export interface Answer {
  readonly name: 'guest.spawned' | 'guest.destroyed';
  readonly error: string | null;
}

export interface Tables {
  claims: Record<string, string>;
  ports: Record<string, string>;
  vm: Record<string, string>;
  outbox: ('spawn' | 'destroy')[];
}

export type BuildStep = Step<BuildState, Tables, Answer>;

export const buildSteps = {
  claimHost: {
    taskState: 'scheduling',
    run(state, tables) {
      state.host = 'h1';
      tables.claims[state.uuid] = 'h1';
      return advance();
    },
    undo(state, tables) {
      delete tables.claims[state.uuid];
    },
  },
  allocateNetwork: {
    taskState: 'networking',
    run(state, tables) {
      tables.ports[state.uuid] = 'port';
      return advance();
    },
    undo(state, tables) {
      delete tables.ports[state.uuid];
    },
  },
  spawnGuest: {
    taskState: 'spawning',
    deadlineSeconds: 300,
    run(_state, tables) {
      tables.outbox.push('spawn');
      return waitFor('guest.spawned');
    },
    resumed: (_state, answer) => (answer.error === null ? advance() : fail({ kind: 'noValidHost', message: answer.error })),
    undo(_state, tables) {
      tables.outbox.push('destroy');
      return waitFor('guest.destroyed', 60);
    },
  },
  activate: {
    run(state, tables) {
      tables.vm[state.uuid] = 'active';
      return advance();
    },
    undo(state, tables) {
      delete tables.vm[state.uuid];
    },
  },
} satisfies Record<string, BuildStep>;

export const buildOf = (changes: Record<string, BuildStep> = {}, hooks: WorkflowHooks<BuildState, Tables> = {}) =>
  defineWorkflow<BuildState, Tables, Answer>('build-sample', 1, { ...buildSteps, ...changes }, hooks);

export const emptyTables = (): Tables => ({ claims: {}, ports: {}, vm: {}, outbox: [] });

export class BuildWorld implements WorkflowWorld<BuildState, Tables, Answer> {
  readonly subject = 'i1';
  private tables = emptyTables();
  private readonly guests = new Set<string>();

  initialState(): BuildState {
    return { uuid: this.subject, host: null };
  }

  begin() {
    const ctx = structuredClone(this.tables);
    return {
      ctx,
      commit: () => {
        this.tables = ctx;
      },
    };
  }

  answer(): Answer[] {
    return this.tables.outbox.splice(0).map(command => this.carryOut(command));
  }

  checkSucceeded(): void {
    const { claims, ports, vm } = this.tables;
    if (claims.i1 !== 'h1' || ports.i1 !== 'port' || vm.i1 !== 'active' || !this.guests.has('i1'))
      throw new Error('the build is not whole');
  }

  checkClean(): void {
    const { claims, ports, vm } = this.tables;
    const left = [...Object.keys({ ...claims, ...ports, ...vm }), ...this.guests];
    if (left.length > 0) throw new Error(`left behind: ${JSON.stringify({ claims, ports, vm, guests: [...this.guests] })}`);
  }

  private carryOut(command: 'spawn' | 'destroy'): Answer {
    if (command === 'spawn') this.guests.add(this.subject);
    else this.guests.delete(this.subject);
    return { name: command === 'spawn' ? 'guest.spawned' : 'guest.destroyed', error: null };
  }
}
