export { answerQuery } from './answer-queries.js';
export { BatchConsumer, type ConsumerOptions } from './batch-consumer.js';
export { BrokerModule, type BrokerUrls, linkToken } from './broker.module.js';
export { BrokerLink } from './broker-link.js';
export * from './names.js';
export { type Outbox, OutboxRelay, type OutgoingFrame } from './outbox-relay.js';
export { QueryClient } from './query-client.js';
export { declareCell, declareHost } from './topology.js';
export { WorkConsumer, type WorkOptions } from './work-consumer.js';
