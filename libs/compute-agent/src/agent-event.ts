import type { ComputeEvent, ComputePayload } from '#contracts';

/** An event for the cell, to be sent in an envelope. */
export type AgentEvent = { [M in ComputeEvent]: { readonly event: M; readonly payload: ComputePayload<M> } }[ComputeEvent];
