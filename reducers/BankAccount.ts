import type { StreamReducer } from '@/core/stream/reducer';

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * An account: whose it is and what is on it, its last transfer, and how many of each kind there were. A refusal stands
 * with the transfer that was refused, and is gone with the next one; merged payloads would keep it for ever.
 */
const bankAccount: StreamReducer = (state, { name, payload, occurredAt }, merge) => {
  if (!isObject(payload)) return state;
  const { counterparty, amount, rejected, ...account } = payload;
  const kind = KIND[name];
  // What is none of the three is no transfer: taken as it is.
  if (kind === undefined) return merge(state, payload);
  const counts = isObject(state.transfers) ? state.transfers : {};
  const before = counts[kind];
  return {
    ...state,
    ...account,
    last_transfer: { kind, counterparty, amount, at: occurredAt, ...(rejected === undefined ? {} : { rejected }) },
    transfers: { sent: 0, received: 0, rejected: 0, ...counts, [kind]: Number(before ?? 0) + 1 },
  };
};

const KIND: Readonly<Record<string, 'sent' | 'received' | 'rejected'>> = {
  MoneySent: 'sent',
  MoneyReceived: 'received',
  TransferRejected: 'rejected',
};

export default bankAccount;
