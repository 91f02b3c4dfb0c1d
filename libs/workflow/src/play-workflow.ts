import type { Direction, WorkflowRow } from './row.js';
import { abort, deliver, runWorkflow, type TurnLimits } from './run-workflow.js';
import { startWorkflow } from './start-workflow.js';
import type { Workflow, WorkflowEvent } from './workflow.js';

/** What the kit needs of the world around a workflow: a store with transactions, and hosts that answer what is sent to them. */
export interface WorkflowWorld<State, Ctx, Event extends WorkflowEvent> {
  readonly subject: string;
  initialState(): State;
  /** A transaction: what steps write through `ctx` is lost unless it is committed. */
  begin(): { readonly ctx: Ctx; commit(): void };
  /** The outside carries out each message that was committed since the last call, and gives the events that answer them. */
  answer(): Event[];
  /** Throws unless the workflow's purpose is reached. */
  checkSucceeded(): void;
  /** Throws unless the world is as if the workflow had never begun, but for the record of its failure. */
  checkClean(): void;
}

/** before: nothing is done. after its effects: the transaction is lost. after the commit: the message that caused it comes again. */
export const CRASH_POINTS = ['before', 'after its effects', 'after the commit'] as const;
type CrashPoint = (typeof CRASH_POINTS)[number];

/** What goes wrong in one case. */
export interface Plan {
  /** Every kind of turn at this step crashes, once. */
  readonly crash?: { readonly point: CrashPoint; readonly step: string; readonly direction: Direction };
  /** Answers are lost: forward all of them, unwinding the first three. */
  readonly silence?: { readonly step: string; readonly direction: Direction };
  readonly abortAt?: { readonly step: string; readonly waiting: boolean };
  /** 1 when left out: each step is a transaction of its own, and can be crashed alone. */
  readonly maxSteps?: number;
}

/** Plays the workflow to its end, with time that passes at once. @throws Error when it does not end, or the plan was not carried out. */
export const play = <State, Ctx, Event extends WorkflowEvent>(
  workflow: Workflow<State, Ctx, Event>,
  world: WorkflowWorld<State, Ctx, Event>,
  plan: Plan,
): 'succeeded' | 'unwound' => new Play(workflow, world, plan).toItsEnd();

const TURNS = 500;
const ANSWERS_LOST_UNWINDING = 3;

class Play<State, Ctx, Event extends WorkflowEvent> {
  private row: WorkflowRow<State>;
  private now = 0;
  private events: Event[] = [];
  private aborted = false;
  private answersLost = 0;
  private readonly crashed = new Set<string>();
  private readonly limits: TurnLimits;

  constructor(
    private readonly workflow: Workflow<State, Ctx, Event>,
    private readonly world: WorkflowWorld<State, Ctx, Event>,
    private readonly plan: Plan,
  ) {
    this.row = stored(startWorkflow(workflow, 'test', world.subject, world.initialState(), 0));
    this.limits = { maxSteps: plan.maxSteps ?? 1 };
  }

  toItsEnd(): 'succeeded' | 'unwound' {
    for (let turns = 0; this.row.done === null; turns++) {
      if (turns > TURNS) throw new Error(`it does not end: ${JSON.stringify(this.row)}`);
      this.events.push(...this.world.answer().filter(() => !this.isLost()));
      this.nextTurn();
    }
    const { done } = this.row;
    for (const event of [...this.events, ...this.world.answer()]) this.deliver(event);
    if (this.row.done !== done) throw new Error('a late event brought it back to life');
    const { crash } = this.plan;
    if (crash && this.crashed.size === 0) throw new Error(`nothing ran at ${crash.step}, ${crash.direction}: nothing was tested`);
    return done;
  }

  private nextTurn(): void {
    const event = this.events[0];
    if (this.abortIsDue()) this.aborted = this.abort();
    else if (event) {
      if (this.deliver(event)) this.events.shift();
    } else this.run();
  }

  private run(): void {
    this.now = Math.max(this.now, this.row.runAfter);
    this.turn('run', ctx => runWorkflow(this.workflow, this.row, ctx, this.now, this.limits));
  }

  private deliver(event: Event): boolean {
    return this.turn(event.name, ctx => deliver(this.workflow, this.row, event, ctx, this.now, this.limits).row);
  }

  private abort(): boolean {
    const error = { kind: 'conflict', message: 'aborted by the test' } as const;
    return this.turn('abort', ctx => abort(this.workflow, this.row, error, ctx, this.now, this.limits));
  }

  /** One transaction; false when it crashed. */
  private turn(name: string, take: (ctx: Ctx) => WorkflowRow<State>): boolean {
    const at = this.row;
    if (this.crashes('before', name, at)) return false;
    const { ctx, commit } = this.world.begin();
    const next = take(ctx);
    if (this.crashes('after its effects', name, at)) return false;
    commit();
    this.row = stored(next);
    return !this.crashes('after the commit', name, at);
  }

  private crashes(point: CrashPoint, turn: string, at: WorkflowRow<State>): boolean {
    const { crash } = this.plan;
    if (crash?.point !== point || crash.step !== at.step || crash.direction !== at.direction || this.crashed.has(turn)) return false;
    this.crashed.add(turn);
    return true;
  }

  private isLost(): boolean {
    const { silence } = this.plan;
    if (silence?.step !== this.row.step || silence.direction !== this.row.direction) return false;
    return silence.direction === 'forward' || this.answersLost++ < ANSWERS_LOST_UNWINDING;
  }

  private abortIsDue(): boolean {
    const { abortAt } = this.plan;
    const { step, direction, waitingFor } = this.row;
    return !this.aborted && abortAt?.step === step && direction === 'forward' && abortAt.waiting === (waitingFor !== null);
  }
}

/** Through JSON, as a database has it. */
const stored = <State>(row: WorkflowRow<State>): WorkflowRow<State> => JSON.parse(JSON.stringify(row));
