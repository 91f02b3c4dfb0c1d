import type { Answer, Envelope, Frame } from '#contracts';
import { type Clock, CloudError, type Logger, messageOf } from '#domain';
import type { BrokerLink } from './broker-link.js';

/** Answers one query: the result, or the error in a form that crosses processes. A query past its deadline is not answered. */
export const answerQuery = async (
  link: BrokerLink,
  exchange: string,
  query: Envelope,
  source: string,
  answer: (query: Envelope) => Promise<unknown>,
  tools: { clock: Clock; log: Logger },
): Promise<void> => {
  if (query.replyKey === undefined || query.deadline <= tools.clock.now()) return;
  const payload = await answer(query).then(
    (result): Answer => ({ ok: true, result }),
    (error): Answer => ({ ok: false, kind: error instanceof CloudError ? error.kind : 'internal', message: messageOf(error) }),
  );
  const left = query.deadline - tools.clock.now();
  if (left <= 0) return;
  const envelope: Envelope = { ...query, id: `${query.id}.answer`, source, target: query.source, inReplyTo: query.id, payload };
  const frame: Frame = { id: envelope.id, envelopes: [envelope] };
  try {
    await link.publish(
      { exchange, routingKey: query.replyKey },
      { id: frame.id, body: JSON.stringify(frame) },
      { persistent: false, expirationMs: left },
    );
  } catch (error) {
    tools.log.warn('answer was not sent', { requestId: query.requestId, method: query.method, reason: messageOf(error) });
  }
};
